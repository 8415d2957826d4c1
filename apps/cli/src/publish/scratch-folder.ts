import { mkdir, readdir, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { hasCode } from '@rbee/schema'
import { livingOwner, nameOfThisProcess } from '../hive/process-identity.ts'

/**
 * Makes a folder for one run, readable by its user alone, and removes those of runs that were killed: a build may be
 * gigabytes. Folders of other machines that share the place, and of other users, are left alone.
 *
 * @param parent the system's folder for temporary files.
 */
export async function makeScratchFolder(parent: string): Promise<string> {
  const prefix = `rbee-publish-${encodeURIComponent(hostname())}-`
  for (const name of await readdir(parent)) {
    if (!name.startsWith(prefix) || (await livingOwner(name.slice(prefix.length))) !== null) continue
    try {
      await rm(join(parent, name), { recursive: true, force: true })
    } catch (error) {
      if (!hasCode(error, 'EACCES', 'EPERM')) throw error
    }
  }
  const folder = join(parent, prefix + (await nameOfThisProcess()))
  await mkdir(folder, { mode: 0o700 })
  return folder
}
