import { spawnSync } from 'node:child_process'
import { chmod, cp, mkdir, readdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { PROGRAM_NAMES } from '@rbee/schema'
import { bundlePrograms } from './bundle.ts'
import { CLONE } from './clone.ts'
import { launcherOf, OLDEST_NODE } from './launcher.ts'
import { thirdPartyNotices } from './notices.ts'
import { productVersion } from './product-version.ts'

/**
 * Lays out the four programs in an empty folder, as the npm package and as the portable build hold them: `bin/` with what
 * is started, and `lib/` with their code, and with SQLite for versions of Node without it. It needs Node and
 * nothing else: no other package, no install script.
 */
export async function layOutPackage(folder: string): Promise<void> {
  const version = await productVersion()
  const { packages } = await bundlePrograms(path.join(folder, 'lib'), { edition: 'package', version })
  await mkdir(path.join(folder, 'bin'))
  for (const program of PROGRAM_NAMES) {
    const file = path.join(folder, 'bin', program)
    await writeFile(file, launcherOf(program, version))
    await chmod(file, 0o755)
  }
  await copySqlite(folder)
  await writeFile(path.join(folder, 'package.json'), `${JSON.stringify(manifest(version), null, 2)}\n`)
  await writeFile(path.join(folder, 'THIRD-PARTY-NOTICES.txt'), await thirdPartyNotices(packages))
  await cp(path.join(CLONE, 'LICENSE'), path.join(folder, 'LICENSE'))
  await cp(path.join(import.meta.dirname, 'packaged/README.md'), path.join(folder, 'README.md'))
}

function manifest(version: string) {
  return {
    name: 'rbee',
    version,
    description: 'Find, install, run and publish AI inference workers, and run a registry of them',
    license: 'Apache-2.0',
    bin: Object.fromEntries(PROGRAM_NAMES.map((program) => [program, `bin/${program}`])),
    engines: { node: `>=${OLDEST_NODE}` },
  }
}

/** The engine looks for its native module beside the folder of its chunk. */
async function copySqlite(folder: string): Promise<void> {
  const engine = path.dirname(createRequire(import.meta.url).resolve('@photostructure/sqlite/package.json'))
  const from = path.join(engine, 'prebuilds')
  for (const platform of await readdir(from)) {
    await cp(path.join(from, platform), path.join(folder, 'lib/prebuilds', platform), { recursive: true })
  }
}

/**
 * Makes the tarball of a laid out package. Npm decides what belongs into one.
 *
 * @returns its path, inside `output`.
 */
export function packWithNpm(folder: string, output: string): string {
  const { status, stdout, stderr, error } = spawnSync(
    'npm',
    ['pack', '--json', '--ignore-scripts', '--pack-destination', output],
    { cwd: folder, encoding: 'utf8', shell: process.platform === 'win32' },
  )
  if (error) throw error
  if (status !== 0) throw new Error(`npm pack failed:\n${stderr}`)
  const [packed] = JSON.parse(stdout) as readonly { readonly filename: string }[]
  if (packed === undefined) throw new Error('npm packed nothing')
  return path.join(output, packed.filename)
}
