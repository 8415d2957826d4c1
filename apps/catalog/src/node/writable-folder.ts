import { constants } from 'node:fs'
import { access, mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { RbeeError } from '@rbee/schema'

/** What the system says of a path that cannot become a folder to write to. */
const UNUSABLE = new Set(['EACCES', 'EEXIST', 'ELOOP', 'ENAMETOOLONG', 'ENOENT', 'ENOTDIR', 'EPERM', 'EROFS'])

/**
 * Makes the folder where it does not exist. Fails with `setting_invalid`, which names the flag, where it cannot be made or
 * written to.
 */
export async function makeWritableFolder(path: string, flag: '--data-dir' | '--blobs'): Promise<void> {
  try {
    await makeFolder(path)
    await access(path, constants.W_OK | constants.X_OK)
  } catch (cause) {
    const code = codeOf(cause)
    if (!UNUSABLE.has(code)) throw cause
    throw new RbeeError('setting_invalid', `${flag}: ${path} is no folder that can be written to (${code})`, {
      next: 'name another folder, or let the user that runs the server write to it',
      cause,
    })
  }
}

/**
 * Like `mkdir` with `recursive`, which never ends where a folder that exists says that the new one's parent does not, as
 * those of /proc do.
 */
async function makeFolder(path: string, parent: 'to-be-made' | 'made' = 'to-be-made'): Promise<void> {
  try {
    await mkdir(path)
  } catch (error) {
    const code = codeOf(error)
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return
    if (code !== 'ENOENT' || parent === 'made' || dirname(path) === path) throw error
    await makeFolder(dirname(path))
    await makeFolder(path, 'made')
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
