import { RbeeError } from '@rbee/schema'

/** Turns what a file system refuses into a failure that says what to do; every other error is returned as it is. */
export function translateDiskError(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error
  switch (error.code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new RbeeError('disk_full', `the disk is full: ${path} could not be written`, {
        next: 'free some space, or choose another folder with --home, and run the command again',
        cause: error,
      })
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new RbeeError('setting_invalid', `${path} may not be written (${error.code})`, {
        next: 'choose another folder with --home, or change its permissions',
        cause: error,
      })
    default:
      return error
  }
}
