import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import type { SQLInputValue } from 'node:sqlite'
import type { Database } from '@rbee/registry'
import type { DatabaseOptions, Rows, RunBatch, Statement } from '../connection.ts'
import { databaseOver } from '../database.ts'
import { DatabaseSync, type StatementSync } from './engine.ts'
import { failureOf } from './failures.ts'
import { migrate } from './migrate.ts'
import { inTransaction } from './transaction.ts'

export { type FileLock, lockFile } from './file-lock.ts'
export * from './snapshot.ts'

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
 * version; this and calls fail with `state_damaged`, with `disk_full`, and with `storage_failed` when another process
 * keeps the file locked.
 */
export function openSqliteDatabase(file: string, options: SqliteOptions = {}): SqliteDatabase {
  if (file !== ':memory:') makeFile(file)
  const sqlite = new DatabaseSync(file)
  try {
    sqlite.exec(`PRAGMA busy_timeout = ${options.busyTimeout ?? 5_000}`)
    sqlite.exec('PRAGMA journal_mode = WAL')
    // A release that was answered as published must survive a power failure.
    sqlite.exec('PRAGMA synchronous = FULL')
    sqlite.exec('PRAGMA foreign_keys = ON')
    migrate(sqlite)
  } catch (error) {
    sqlite.close()
    throw failureOf(error)
  }
  return {
    ...databaseOver(batchOn(sqlite), options),
    close() {
      sqlite.close()
    },
  }
}

/** Addresses of publishers and the codes with which they object to a transfer are for no other user of the machine. */
function makeFile(file: string): void {
  mkdirSync(dirname(file), { recursive: true })
  if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600))
}

function batchOn(sqlite: DatabaseSync): RunBatch {
  // Every statement of this package is built from a fixed text, so there are only some dozens of them.
  const prepared = new Map<string, PreparedStatement>()

  function prepare(sql: string): PreparedStatement {
    const known = prepared.get(sql)
    if (known) return known
    const statement = sqlite.prepare(sql)
    statement.setReturnArrays(true)
    const answersRows = statement.columns().length > 0
    const added = { statement, answersRows, onlyReads: answersRows && /^select\b/i.test(sql) }
    prepared.set(sql, added)
    return added
  }

  function run(statements: readonly Statement[]): Rows[] {
    const reads = statements.every(({ sql }) => prepare(sql).onlyReads)
    // A transaction that starts to write only after a read can fail as busy at once; this one waits from the start.
    return inTransaction(sqlite, reads ? 'DEFERRED' : 'IMMEDIATE', () =>
      statements.map(({ sql, params }): Rows => rowsOf(prepare(sql), params)),
    )
  }

  return async (statements, durability) => {
    try {
      switch (durability) {
        case 'now':
          return run(statements)
        case 'later':
          return withoutFlush(sqlite, () => run(statements))
      }
    } catch (error) {
      throw failureOf(error)
    }
  }
}

/** The log of the database is flushed by the next transaction that is; source: https://sqlite.org/pragma.html */
function withoutFlush<T>(sqlite: DatabaseSync, work: () => T): T {
  sqlite.exec('PRAGMA synchronous = NORMAL')
  try {
    return work()
  } finally {
    sqlite.exec('PRAGMA synchronous = FULL')
  }
}

interface PreparedStatement {
  readonly statement: StatementSync
  readonly answersRows: boolean
  readonly onlyReads: boolean
}

function rowsOf({ statement, answersRows }: PreparedStatement, params: readonly unknown[]): Rows {
  const values = params.map(sqlValue)
  if (!answersRows) {
    statement.run(...values)
    return []
  }
  const rows: unknown[] = statement.all(...values)
  return rows.map((row) => {
    if (!Array.isArray(row)) throw new TypeError('The driver gave a row that is no array')
    return row
  })
}

function sqlValue(value: unknown): SQLInputValue {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value
  throw new TypeError(`A ${typeof value} cannot be bound to a statement`)
}
