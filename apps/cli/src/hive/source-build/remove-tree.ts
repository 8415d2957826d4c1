import { chmod, lstat, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { hasCode } from '@rbee/schema'

/**
 * Removes a folder that a build wrote. Builds leave folders that may not be written, even without meaning harm (Go's
 * module cache), and one that may not be read would keep everything after it from being cleared away. Links are removed,
 * never followed.
 */
export async function removeTree(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true })
  } catch (error) {
    if (!hasCode(error, 'EACCES', 'EPERM', 'ENOTEMPTY')) throw error
    await openFolders(path)
    await rm(path, { recursive: true, force: true })
  }
}

async function openFolders(path: string): Promise<void> {
  if (!(await lstat(path)).isDirectory()) return
  await chmod(path, 0o700)
  for (const entry of await readdir(path, { withFileTypes: true }))
    if (entry.isDirectory()) await openFolders(join(path, entry.name))
}
