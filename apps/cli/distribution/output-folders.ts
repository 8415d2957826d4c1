import path from 'node:path'
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
