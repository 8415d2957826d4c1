import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { writeChecksums } from './checksums.ts'
import { CLONE } from './clone.ts'

const DIST = path.join(CLONE, 'dist')

/** Where builds are put. Git leaves all of it alone. */
export const OUTPUT = {
  /** The npm package and its tarball. */
  npm: path.join(DIST, 'npm'),
  /** Executables, one for each platform. */
  executables: path.join(DIST, 'executables'),
  /** Archives as a server offers them: what `rbee-catalog programs publish` takes. */
  programs: path.join(DIST, 'programs'),
} as const

/** Lists the checksums of all archives beside them. */
export async function sumArchives(): Promise<void> {
  const names = (await readdir(OUTPUT.programs)).filter((name) => name.endsWith('.tar.gz')).toSorted()
  await writeChecksums(
    OUTPUT.programs,
    names.map((name) => path.join(OUTPUT.programs, name)),
  )
}
