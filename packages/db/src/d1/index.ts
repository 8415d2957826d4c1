import type { D1Database } from '@cloudflare/workers-types'
import type { Database } from '@rbee/registry'
import { RbeeError } from '@rbee/schema'
import type { DatabaseOptions, RunBatch } from '../connection.ts'
import { databaseOver } from '../database.ts'
import { indexDamaged } from '../search/index-damaged.ts'

/**
 * The registry's database in Cloudflare D1. The tables are made by `wrangler d1 migrations apply` from this package's
 * folder `migrations`.
 */
export function d1Database(
  binding: Pick<D1Database, 'prepare' | 'batch'>,
  options: DatabaseOptions = {},
): Database {
  const runBatch: RunBatch = async (statements) => {
    const prepared = statements.map(({ sql, params }) => binding.prepare(sql).bind(...params))
    const results = await answered(() => binding.batch<Record<string, unknown>>(prepared))
    // Columns come in their order; no statement of this package gives two columns the same name.
    return results.map(({ results: rows }) => rows.map((row) => Object.values(row)))
  }
  return databaseOver(runBatch, options)
}

/** SQLite's complaints are bugs of this package and stay; whatever else fails is the service. */
async function answered<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    if (error instanceof Error && error.message.includes('SQLITE_CORRUPT_VTAB')) throw indexDamaged(error)
    if (!(error instanceof Error) || error.message.includes('SQLITE_')) throw error
    throw new RbeeError('storage_failed', 'The database did not answer', {
      next: 'Try again in a moment',
      cause: error,
    })
  }
}
