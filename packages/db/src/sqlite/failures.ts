import { RbeeError } from '@rbee/schema'
import { indexDamaged } from '../search/index-damaged.ts'

/** SQLite's primary result codes (https://www.sqlite.org/rescode.html), the low byte of the extended ones. */
const SQLITE_BUSY = 5
const SQLITE_CORRUPT = 11
const SQLITE_FULL = 13
const SQLITE_NOTADB = 26
/** The extended code with which FTS5 says that its own tables are damaged; nothing else here is a virtual table. */
const SQLITE_CORRUPT_VTAB = 267

/** Failures that a user can do something about; anything else is a bug and stays what it is. */
export function failureOf(error: unknown): unknown {
  if (extendedCodeOf(error) === SQLITE_CORRUPT_VTAB) return indexDamaged(error)
  switch (resultCodeOf(error)) {
    case SQLITE_FULL:
      return new RbeeError('disk_full', 'The disk of the database is full', { cause: error })
    case SQLITE_BUSY:
      return new RbeeError('storage_failed', 'Another process keeps the database locked', {
        next: 'Try again in a moment',
        cause: error,
      })
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return new RbeeError('state_damaged', 'The database is damaged', {
        next: 'Restore it from a backup with rbee-catalog restore',
        cause: error,
      })
  }
  return error
}

/** Whether a statement failed because somebody else holds the file. */
export function isBusy(error: unknown): boolean {
  return resultCodeOf(error) === SQLITE_BUSY
}

function resultCodeOf(error: unknown): number | null {
  const code = extendedCodeOf(error)
  return code === null ? null : code & 0xff
}

function extendedCodeOf(error: unknown): number | null {
  if (!(error instanceof Error && 'errcode' in error && typeof error.errcode === 'number')) return null
  return error.errcode
}
