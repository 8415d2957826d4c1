import { constants } from 'node:fs'
import { access, mkdir } from 'node:fs/promises'
import { RbeeError } from '@rbee/schema'

/** What the system says of a path that cannot become a folder to write to. */
const UNUSABLE = new Set(['EACCES', 'EEXIST', 'ELOOP', 'ENAMETOOLONG', 'ENOTDIR', 'EPERM', 'EROFS'])

/**
 * Makes the folder where it does not exist. Fails with `setting_invalid`, which names the flag, where it cannot be made or
 * written to.
 */
export async function makeWritableFolder(path: string, flag: '--data-dir' | '--blobs'): Promise<void> {
  try {
    await mkdir(path, { recursive: true })
    await access(path, constants.W_OK | constants.X_OK)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
    if (!UNUSABLE.has(code)) throw cause
    throw new RbeeError('setting_invalid', `${flag}: ${path} is no folder that can be written to (${code})`, {
      next: 'name another folder, or let the user that runs the server write to it',
      cause,
    })
  }
}
