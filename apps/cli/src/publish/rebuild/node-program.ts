import { lstat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { ShownFile } from '../../hive/source-build/sandbox.ts'
import { isSystemPath } from '../../hive/source-build/sandbox.ts'

const INSIDE = '/rbee-build/node'

/** A program that a build finds first, and what of it the sandbox has to show. */
export interface OfferedProgram {
  /** The folder for the PATH, as the build sees it. */
  readonly folder: string
  readonly shown: readonly ShownFile[]
}

/**
 * The Node that runs this program, for builds that say "node": it may lie in a folder of the user, of which nothing but it and
 * its licence is shown.
 *
 * @param execPath of the running Node.
 */
export async function offerNode(execPath: string, sandboxed: boolean): Promise<OfferedProgram> {
  if (!sandboxed || isSystemPath(execPath)) return { folder: dirname(execPath), shown: [] }
  const licence = await findLicence(dirname(dirname(execPath)))
  return {
    folder: `${INSIDE}/bin`,
    shown: [
      { path: execPath, at: `${INSIDE}/bin/node` },
      ...(licence === null ? [] : [{ path: licence, at: `${INSIDE}/LICENSE` }]),
    ],
  }
}

/** Beside `bin/` in archives of Node; in the package of the platform inside the npm package `node`. */
async function findLicence(home: string): Promise<string | null> {
  for (const place of ['.', `node_modules/node-${process.platform}-${process.arch}`]) {
    const path = join(home, place, 'LICENSE')
    if ((await lstat(path).catch(() => null))?.isFile()) return path
  }
  return null
}
