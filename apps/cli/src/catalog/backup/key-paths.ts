import { readdir } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { hasCode } from '@rbee/schema'

/** The files of the folder with a server's keys, below it; none where there is no such folder. */
export async function keyPaths(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    return entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => relative(folder, join(parentPath, name)).replaceAll(sep, '/'))
      .toSorted()
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return []
    throw error
  }
}
