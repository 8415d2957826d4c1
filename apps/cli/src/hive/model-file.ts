import { access, constants, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { hasCode, RbeeError } from '@rbee/schema'

/** The absolute path of a model that can be read. Fails with `file_not_found` or `file_unreadable`. */
export async function findModel(cwd: string, model: string): Promise<string> {
  const path = resolve(cwd, model)
  try {
    const { isDirectory } = await stat(path).then((found) => ({ isDirectory: found.isDirectory() }))
    if (isDirectory) {
      throw new RbeeError('file_unreadable', `${path} is a folder, not a model file`, {
        next: 'name the file with --model',
      })
    }
    await access(path, constants.R_OK)
    return path
  } catch (error) {
    if (hasCode(error, 'EACCES', 'EPERM')) {
      throw new RbeeError('file_unreadable', `you may not read the model ${path} (${error.code})`, {
        next: 'change its permissions, or those of its folder',
        cause: error,
      })
    }
    if (!hasCode(error, 'ENOENT', 'ENOTDIR')) throw error
    throw new RbeeError('file_not_found', `there is no model at ${path}`, {
      next: 'check --model',
      cause: error,
    })
  }
}
