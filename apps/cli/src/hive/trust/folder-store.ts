import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { hasCode, RbeeError } from '@rbee/schema'
import type { TrustStore } from '@rbee/trust/client'
import { writeTextAtomically } from '../atomic-text.ts'
import { translateDiskError } from '../disk-errors.ts'

/** What is trusted of one registry, in files of a folder. Fails with `setting_invalid` or `disk_full`. */
export function folderStore(folder: string): TrustStore {
  return {
    async read(name) {
      const path = join(folder, name)
      try {
        return await readFile(path)
      } catch (error) {
        if (hasCode(error, 'ENOENT', 'ENOTDIR')) return null
        throw hasCode(error, 'EACCES', 'EPERM') ? notReadable(path, error) : error
      }
    },
    write: (name, bytes) => writeTextAtomically(join(folder, name), bytes),
    async remove(name) {
      const path = join(folder, name)
      try {
        await rm(path, { force: true })
      } catch (error) {
        throw translateDiskError(error, path)
      }
    },
  }
}

function notReadable(path: string, cause: Error & { code: string }): RbeeError {
  return new RbeeError('setting_invalid', `${path} may not be read (${cause.code})`, {
    next: 'it belongs to another user: choose another folder with --home or RBEE_HOME, or change its permissions',
    cause,
  })
}
