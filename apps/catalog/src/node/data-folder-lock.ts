import { join } from 'node:path'
import { type FileLock, lockFile } from '@rbee/db/sqlite'
import { RbeeError } from '@rbee/schema'

/**
 * Takes a data folder for one server. Two on one folder would each hold documents in memory that the other replaced.
 * Fails with `busy`.
 */
export function lockDataFolder(dataDir: string): FileLock {
  const lock = lockFile(join(dataDir, 'server.lock'))
  if (lock !== null) return lock
  throw new RbeeError('busy', `Another server runs on the folder ${dataDir}`, {
    next: 'stop it, or name another folder with --data-dir',
  })
}
