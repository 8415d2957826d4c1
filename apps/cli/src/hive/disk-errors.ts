import { mkdir } from 'node:fs/promises'
import { hasCode, RbeeError } from '@rbee/schema'

/** Makes a folder and those above it, where they are missing. Fails with `setting_invalid` or `disk_full`. */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true })
  } catch (error) {
    // Node tells ENOENT of a folder on a read-only file system, too (24.21).
    const refused = hasCode(error, 'ENOENT', 'ENOTDIR', 'EEXIST')
    throw refused ? notWritable(path, error) : translateDiskError(error, path)
  }
}

/** Turns what a file system refuses into a failure that says what to do; every other error is returned as it is. */
export function translateDiskError(error: unknown, path: string): unknown {
  if (hasCode(error, 'ENOSPC', 'EDQUOT')) {
    return new RbeeError('disk_full', `the disk is full: ${path} could not be written`, {
      next: 'free some space, or choose another folder with --home, and run the command again',
      cause: error,
    })
  }
  return hasCode(error, 'EACCES', 'EPERM', 'EROFS') ? notWritable(path, error) : error
}

function notWritable(path: string, cause: Error & { code: string }): RbeeError {
  return new RbeeError('setting_invalid', `${path} may not be written (${cause.code})`, {
    next: 'choose another folder with --home or RBEE_HOME, or change its permissions',
    cause,
  })
}
