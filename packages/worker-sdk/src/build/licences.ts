import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import type { ArtifactPlan } from './artifact-plan.ts'
import { readPackageJson } from './packages.ts'

/** Names, versions and licence texts of everything in an artifact that is not the worker's own. */
export async function licenceTexts(
  plan: Pick<ArtifactPlan, 'folder' | 'licences'>,
  packageFolders: readonly string[],
  nodeLicence: string,
): Promise<string> {
  const packages = await Promise.all([...new Set(packageFolders)].map(packageSection))
  const others = await Promise.all(
    (plan.licences ?? []).map(async ({ name, file }) =>
      section(name, await readFile(path.resolve(plan.folder, file), 'utf8')),
    ),
  )
  const node = section(`Node.js ${process.versions.node}`, nodeLicence)
  return `${[node, ...packages.toSorted(), ...others].join('\n')}`
}

async function packageSection(folder: string): Promise<string> {
  const { name, version, license } = await readPackageJson(folder)
  const files = (await readdir(folder))
    .filter((file) => /^(licen[cs]e|copying|notice)/i.test(file))
    .toSorted()
  const texts = await Promise.all(files.map((file) => readFile(path.join(folder, file), 'utf8')))
  const stated = `Licence stated in package.json: ${license ?? 'none'}`
  return section(`${name} ${version}`, [stated, ...texts].join('\n\n'))
}

function section(title: string, text: string): string {
  return `${'='.repeat(80)}\n${title}\n${'='.repeat(80)}\n\n${text.trim()}\n`
}
