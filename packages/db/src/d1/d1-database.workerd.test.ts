import { applyD1Migrations } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { databaseContract } from '@rbee/testing/contracts'
import { getTableName } from 'drizzle-orm'
import * as tables from '../tables.ts'
import { d1Database } from './index.ts'

databaseContract('D1', async () => {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS)
  return { store: d1Database(env.DB), close: empty }
})

/** The database belongs to the whole file, so that every test has to leave it empty. */
async function empty(): Promise<void> {
  // Referring tables stand behind those they refer to.
  const names = Object.values(tables).map(getTableName)
  await env.DB.batch(names.toReversed().map((name) => env.DB.prepare(`DELETE FROM ${name}`)))
}
