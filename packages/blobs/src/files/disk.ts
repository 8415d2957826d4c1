import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { hasCode, RbeeError } from '@rbee/schema'

/**
 * Place of a key's file. Keys are made by `documentPath` and `archivePath` from checked parts; a key that could leave
 * the folder all the same is a bug, and stops here.
 */
export function pathInside(root: string, key: string): string {
  const segments = key.split('/')
  if (!segments.every((segment) => /^(?!\.{1,2}$)[A-Za-z0-9._+-]{1,255}$/.test(segment))) {
    throw new Error(`Not a storage key: ${JSON.stringify(key)}`)
  }
  return join(root, ...segments)
}

/** What `action` gives, or null where the file does not exist. */
export async function orMissing<T>(action: Promise<T>): Promise<T | null> {
  try {
    return await action
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null
    throw error
  }
}

/** Turns a full disk into `disk_full`. */
export async function writing<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    if (!hasCode(error, 'ENOSPC') && !hasCode(error, 'EDQUOT')) throw error
    throw new RbeeError('disk_full', 'The disk of the data folder is full', {
      next: 'Free some space, then send the same request again',
      cause: error,
    })
  }
}

/** Makes a rename inside `folder` survive a power failure. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows opens no folders; NTFS journals renames itself.
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
