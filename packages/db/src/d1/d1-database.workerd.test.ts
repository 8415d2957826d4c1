import { applyD1Migrations } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { databaseContract } from '@rbee/testing/contracts'
import { getTableName } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
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
  const search = [
    'search_workers',
    'search_fits',
    'search_texts',
    'search_terms',
    'search_filed',
    'search_alike_keys',
    'search_alike',
    'search_words',
    'search_heads',
  ]
  const emptied = [...names.toReversed(), ...search].map((name) => env.DB.prepare(`DELETE FROM ${name}`))
  await env.DB.batch([...emptied, env.DB.prepare('UPDATE search_state SET changed = 0, lost = 0')])
}

describe('D1', () => {
  const failing = (message: string) =>
    d1Database({
      prepare: (sql) => env.DB.prepare(sql),
      batch: () => Promise.reject(new Error(message)),
    })

  it('is storage_failed while the service does not answer', async () => {
    const database = failing('D1_ERROR: Network connection lost.')
    await expect(database.ping()).rejects.toMatchObject({ code: 'storage_failed' })
  })

  it('does not hide a bug behind that', async () => {
    const database = failing('D1_ERROR: no such table: tokens: SQLITE_ERROR')
    await expect(database.ping()).rejects.toThrow('no such table')
  })

  it('tells of every statement that it is asked for', async () => {
    await applyD1Migrations(env.DB, env.TEST_MIGRATIONS)
    const statements: string[] = []
    const database = d1Database(env.DB, { onQuery: (sql) => statements.push(sql) })
    await database.findNames(['echo-worker'])
    expect(statements).toEqual([expect.stringContaining('from "names"')])
  })
})
