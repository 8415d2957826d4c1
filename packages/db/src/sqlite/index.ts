import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Database } from '@rbee/registry'
import { RbeeError } from '@rbee/schema'
import BetterSqlite3 from 'better-sqlite3'
import type { DatabaseOptions, Rows, RunBatch, Statement } from '../connection.ts'
import { databaseOver } from '../database.ts'
import { migrate } from './migrate.ts'

export interface SqliteOptions extends DatabaseOptions {
  /** How long a call waits for another process that is writing, in milliseconds; 5,000 when left out. */
  readonly busyTimeout?: number
}

export interface SqliteDatabase extends Database {
  close(): void
}

/**
 * Opens the SQLite file `file` (`:memory:` for none), makes it where it does not exist and brings its tables up to
 * date. Several processes may have the same file open. Fails with `setting_invalid` when the file was made by a newer
 * version; calls fail with `disk_full`, and with `storage_failed` when another process keeps the file locked.
 */
export function openSqliteDatabase(file: string, options: SqliteOptions = {}): SqliteDatabase {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true })
  const sqlite = new BetterSqlite3(file, { timeout: options.busyTimeout ?? 5_000 })
  try {
    sqlite.pragma('journal_mode = WAL')
    // A release that was answered as published must survive a power failure.
    sqlite.pragma('synchronous = FULL')
    sqlite.pragma('foreign_keys = ON')
    migrate(sqlite)
  } catch (error) {
    sqlite.close()
    throw error
  }
  return {
    ...databaseOver(batchOn(sqlite), options),
    close() {
      sqlite.close()
    },
  }
}

function batchOn(sqlite: BetterSqlite3.Database): RunBatch {
  // Every statement of this package is built from a fixed text, so there are only some dozens of them.
  const prepared = new Map<string, BetterSqlite3.Statement>()

  function prepare(sql: string): BetterSqlite3.Statement {
    const known = prepared.get(sql)
    if (known) return known
    const statement = sqlite.prepare(sql)
    if (statement.reader) statement.raw(true)
    prepared.set(sql, statement)
    return statement
  }

  const transaction = sqlite.transaction((statements: readonly Statement[]) =>
    statements.map(({ sql, params }): Rows => rowsOf(prepare(sql), params)),
  )

  return async (statements) => {
    try {
      const reads = statements.every(({ sql }) => prepare(sql).readonly)
      // A transaction that starts to write only after a read can fail as busy at once; this one waits from the start.
      return reads ? transaction.deferred(statements) : transaction.immediate(statements)
    } catch (error) {
      throw failureOf(error)
    }
  }
}

function rowsOf(statement: BetterSqlite3.Statement, params: readonly unknown[]): Rows {
  if (!statement.reader) {
    statement.run(...params)
    return []
  }
  const rows: unknown[] = statement.all(...params)
  return rows.map((row) => {
    if (!Array.isArray(row)) throw new TypeError('The driver gave a row that is no array')
    return row
  })
}

/** Failures that a user can do something about; anything else is a bug and stays what it is. */
function failureOf(error: unknown): unknown {
  if (!(error instanceof BetterSqlite3.SqliteError)) return error
  if (error.code === 'SQLITE_FULL') {
    return new RbeeError('disk_full', 'The disk of the database is full', { cause: error })
  }
  if (error.code.startsWith('SQLITE_BUSY')) {
    return new RbeeError('storage_failed', 'Another process keeps the database locked', {
      next: 'Try again in a moment',
      cause: error,
    })
  }
  return error
}
