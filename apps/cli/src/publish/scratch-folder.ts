import { mkdir, readdir, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { hasCode } from '@rbee/schema'
import { livingOwner, nameOfThisProcess } from '../hive/process-identity.ts'

/** What a scratch folder is for; part of its name. */
export type ScratchPurpose = 'publish' | 'programs' | 'rebuild'

/**
 * Makes a folder for one run, readable by its user alone, and removes those of runs that were killed.
 *
 * @param parent the system's folder for temporary files, or a folder of the program's own.
 */
export async function makeScratchFolder(parent: string, purpose: ScratchPurpose): Promise<string> {
  await clearScratchFolders(parent, purpose)
  const folder = join(parent, prefixOf(purpose) + (await nameOfThisProcess()))
  await mkdir(folder, { mode: 0o700 })
  return folder
}

/**
 * Removes what runs that were killed left: a build may be gigabytes. Folders of runs that live, of other machines that
 * share the place, and of other users are left alone.
 */
export async function clearScratchFolders(parent: string, purpose: ScratchPurpose): Promise<void> {
  const prefix = prefixOf(purpose)
  for (const name of await namesIn(parent)) {
    if (!name.startsWith(prefix) || (await livingOwner(name.slice(prefix.length))) !== null) continue
    try {
      await rm(join(parent, name), { recursive: true, force: true })
    } catch (error) {
      if (!hasCode(error, 'EACCES', 'EPERM')) throw error
    }
  }
}

function prefixOf(purpose: ScratchPurpose): string {
  return `rbee-${purpose}-${encodeURIComponent(hostname())}-`
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return []
    throw error
  }
}
