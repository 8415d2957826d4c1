import { hasCode, RbeeError } from '@rbee/schema'

/** Gives what a file system refuses its code; every other error is returned as it is. */
export function explainDisk(error: unknown, folder: string): unknown {
  // EFBIG is the limit that `ulimit -f` sets.
  if (hasCode(error, 'ENOSPC', 'EDQUOT', 'EFBIG')) {
    return new RbeeError('disk_full', `The disk is full: ${folder} could not be written`, {
      next: 'free some space and run it again; what was there before is whole',
      cause: error,
    })
  }
  // Node tells ENOENT of a folder on a read-only file system, too (24.21).
  if (hasCode(error, 'ENOENT', 'EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST')) {
    return new RbeeError('setting_invalid', `${folder} cannot be written (${error.code})`, {
      next: 'name another folder, or change its permissions',
      cause: error,
    })
  }
  return error
}
