import { readdir } from 'node:fs/promises'
import { hasCode } from '@rbee/schema'

/** What lies in a folder, sorted by name; nothing where there is no folder. Fails with the file system's error. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).toSorted()
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return []
    throw error
  }
}
