import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import type { RunBatch } from '../../packages/db/src/connection.ts'
import { databaseOver } from '../../packages/db/src/database.ts'
import { openSqliteDatabase } from '../../packages/db/src/sqlite/index.ts'
import type { Database } from '../../packages/registry/src/index.ts'

/** Batches in one transaction. */
const BATCHES = 2_000

export interface BulkDatabase {
  /** The registry's own queries. */
  readonly database: Database
  /** Keeps all that was written. */
  close(): void
}

/**
 * A new SQLite file that is filled without a flush to the disk after each batch, which would be most of the time: a power
 * failure leaves a file that is of no use.
 */
export function openBulkDatabase(file: string): BulkDatabase {
  openSqliteDatabase(file).close()
  const sqlite = new DatabaseSync(file)
  sqlite.exec('PRAGMA synchronous = OFF')
  sqlite.exec('PRAGMA cache_size = -262144')
  const prepared = new Map<string, StatementSync>()
  const prepare = (sql: string): StatementSync => {
    const known = prepared.get(sql)
    if (known) return known
    const statement = sqlite.prepare(sql)
    statement.setReturnArrays(true)
    prepared.set(sql, statement)
    return statement
  }
  let batches = 0
  const runBatch: RunBatch = async (statements) => {
    if (batches % BATCHES === 0) sqlite.exec(batches === 0 ? 'BEGIN' : 'COMMIT; BEGIN')
    batches += 1
    return statements.map(({ sql, params }) =>
      prepare(sql)
        .all(...params.map(sqlValue))
        .map(asArray),
    )
  }
  return {
    database: databaseOver(runBatch, {}),
    close() {
      if (batches > 0) sqlite.exec('COMMIT')
      sqlite.close()
    },
  }
}

function sqlValue(value: unknown): SQLInputValue {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value
  throw new TypeError(`A ${typeof value} cannot be bound to a statement`)
}

function asArray(row: unknown): unknown[] {
  if (!Array.isArray(row)) throw new TypeError('The driver gave a row that is no array')
  return row
}
