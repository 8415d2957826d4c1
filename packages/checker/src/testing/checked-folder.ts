import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { check } from '../check.ts'
import type { CheckOptions, CheckReport } from '../check-options.ts'

/** The check of a folder that is no submission, without network. */
export const OFFLINE: CheckOptions = {
  base: null,
  submitter: null,
  searchPath: process.env.PATH,
  ownCatalog: null,
  officialWorkers: [],
  outbound: null,
}

/** Writes files into a folder of their own, checks it, and takes it away again. */
export async function checkFiles(
  files: Readonly<Record<string, string | Uint8Array>>,
  options: Partial<CheckOptions> = {},
): Promise<CheckReport> {
  const folder = await mkdtemp(join(tmpdir(), 'rbee-check-'))
  try {
    for (const [path, contents] of Object.entries(files)) {
      await mkdir(join(folder, dirname(path)), { recursive: true })
      await writeFile(join(folder, path), contents)
    }
    return await check(folder, { ...OFFLINE, ...options })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** A manifest that no rule speaks against beside a PKGBUILD with the same architectures. */
export function sampleManifest(linux: readonly string[] = ['x86_64'], id = 'speech-example'): string {
  return [
    '[worker]',
    `id = "${id}"`,
    'name = "Example"',
    'description = "Transcribes speech."',
    'license = "MIT"',
    'maintainers = ["ada"]',
    '',
    '[platforms]',
    `linux = [${linux.map((arch) => `"${arch}"`).join(', ')}]`,
    '',
  ].join('\n')
}

/** The rules of a report, each once, in order. */
export function rulesOf({ findings }: CheckReport): readonly string[] {
  return [...new Set(findings.map(({ rule }) => rule))].toSorted()
}
