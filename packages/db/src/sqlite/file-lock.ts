import { DatabaseSync } from './engine.ts'
import { isBusy } from './failures.ts'

/** A file that one process holds. The system lets go of it when the process ends, however it ends. */
export interface FileLock {
  release(): void
}

/**
 * Takes a file for this process alone, and makes it where it does not exist. Node has no call for the system's file
 * locks; SQLite takes them, and they leave nothing behind that a crash could make stale.
 *
 * @returns null where another process, or this one, holds it.
 */
export function lockFile(file: string): FileLock | null {
  const sqlite = new DatabaseSync(file)
  try {
    sqlite.exec('PRAGMA busy_timeout = 0')
    sqlite.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    sqlite.close()
    if (isBusy(error)) return null
    throw error
  }
  return { release: () => sqlite.close() }
}
