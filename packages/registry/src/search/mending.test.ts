import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { openSqliteDatabase } from '@rbee/db/sqlite'
import { searchFiltersSchema } from '@rbee/schema'
import { aCatalogEntry, aManifest, aRegistry, syncCatalog } from '@rbee/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Database } from '../ports/database.ts'
import { createSearch } from './create-search.ts'

/** Some look alike: their marks depend on each other. */
const ENTRIES = ['llama-chatbot', 'whisper-server', 'whisper-serverr', 'whisperserver', 'zebra-painter'].map(
  (id) =>
    aCatalogEntry({
      manifest: aManifest({ id, name: id, description: `Does ${id} for everybody` }),
      source: id === 'llama-chatbot' ? 'official' : 'community',
    }),
)

function aWorld(database: Database) {
  const world = aRegistry(database)
  const search = createSearch(world.ports)
  const find = (q: string) =>
    search.find({
      ...{ q, filters: searchFiltersSchema.parse({}), sort: null, cursor: null, limit: 20, explain: true },
      host: null,
    })
  return { ...world, database, find }
}

/** Everything that can be found, as it is found. */
async function found({ find }: Pick<ReturnType<typeof aWorld>, 'find'>) {
  const answers = []
  for (const q of ['', 'everybody', 'whisper', 'zebra painter', 'llamma']) {
    const { hits, total, facets } = await find(q)
    answers.push({ q, total, facets, hits: hits.map(({ worker, explain }) => [worker.id, explain]) })
  }
  return answers
}

async function fresh() {
  const world = aWorld(openSqliteDatabase(':memory:'))
  await syncCatalog(world.registry, 'main', ENTRIES)
  return found(world)
}

/** A database whose calls that change the index fail from some call on. */
function failing(database: Database, from: number): { database: Database; heal(): void } {
  let calls = 0
  let isHealed = false
  const counted =
    <Args extends unknown[], Result>(call: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      calls += 1
      if (!isHealed && calls >= from) throw new Error('killed')
      return call(...args)
    }
  return {
    database: {
      ...database,
      readChangeNumber: counted(database.readChangeNumber),
      findAlike: counted(database.findAlike),
      saveIndexed: counted(database.saveIndexed),
      listIndexedNames: counted(database.listIndexedNames),
      findNamesakes: counted(database.findNamesakes),
    },
    heal() {
      isHealed = true
    },
  }
}

describe('the index', () => {
  it('is complete after a change that ended anywhere, and the same as one that is built at once', async () => {
    const expected = await fresh()
    for (let from = 1; from <= 12; from += 1) {
      const { database, heal } = failing(openSqliteDatabase(':memory:'), from)
      const world = aWorld(database)
      await syncCatalog(world.registry, 'main', ENTRIES).catch(() => {})
      heal()
      await world.registry.writeDueDocuments()
      await syncCatalog(world.registry, 'main', ENTRIES)
      expect([from, await found(world)]).toEqual([from, expected])
    }
  })

  it('is the same when workers that look alike come at once', async () => {
    const world = aWorld(openSqliteDatabase(':memory:'))
    await Promise.all(
      ENTRIES.map((entry) => syncCatalog(world.registry, `catalog of ${entry.manifest.id}`, [entry])),
    )
    const flags = (await world.database.listIndexed(-1, null, 100))
      .filter(({ until }) => until === null)
      .map(({ worker, flags }) => [worker, (flags & 32) !== 0] as const)
    expect(Object.fromEntries(flags)).toEqual({
      'llama-chatbot': false,
      'whisper-server': expect.any(Boolean),
      'whisper-serverr': expect.any(Boolean),
      whisperserver: expect.any(Boolean),
      'zebra-painter': false,
    })
    // Whichever of the three was first stands for itself.
    expect(flags.filter(([, isLookAlike]) => isLookAlike)).toHaveLength(2)
  })

  it('is filled again where all of it was deleted, or a part', async () => {
    const file = aFile()
    const database = openSqliteDatabase(file)
    const world = aWorld(database)
    await syncCatalog(world.registry, 'main', ENTRIES)
    const expected = await found(world)
    expect(await world.registry.mendIndex(true)).toBe(0)
    const sqlite = new DatabaseSync(file)
    sqlite.exec("DELETE FROM search_workers WHERE worker LIKE 'whisper%'")
    expect(await world.registry.mendIndex(false)).toBe(0)
    expect(await world.registry.mendIndex(true)).toBe(3)
    expect(await found(aWorld(database))).toEqual(expected)
    sqlite.exec('DELETE FROM search_workers; DELETE FROM search_alike_keys; DELETE FROM search_alike')
    expect(await world.registry.mendIndex(false)).toBe(ENTRIES.length)
    expect(await found(aWorld(database))).toEqual(expected)
    sqlite.close()
    database.close()
  })

  it('is the same where filling it again was interrupted anywhere', async () => {
    const expected = await fresh()
    const file = aFile()
    const whole = openSqliteDatabase(file)
    await syncCatalog(aWorld(whole).registry, 'main', ENTRIES)
    const sqlite = new DatabaseSync(file)
    for (let from = 1; from <= 8; from += 1) {
      sqlite.exec('DELETE FROM search_workers; DELETE FROM search_alike_keys; DELETE FROM search_alike')
      const { database } = failing(whole, from)
      await aWorld(database)
        .registry.mendIndex(true)
        .catch(() => {})
      await aWorld(whole).registry.mendIndex(false)
      expect([from, await found(aWorld(whole))]).toEqual([from, expected])
    }
    sqlite.close()
    whole.close()
  })

  it.each(['search_words', 'search_heads'])('says that %s is damaged, and is built anew', async (table) => {
    const file = aFile()
    const first = openSqliteDatabase(file)
    const world = aWorld(first)
    await syncCatalog(world.registry, 'main', ENTRIES)
    const expected = await found(world)
    first.close()
    damage(file, `DELETE FROM ${table}_data WHERE id > 10`)
    const database = openSqliteDatabase(file)
    const after = aWorld(database)
    await expect(after.find('zebra')).rejects.toMatchObject({ code: 'index_damaged', status: 503 })
    expect((await after.find('')).total).toBe(ENTRIES.length)
    expect(await after.registry.mendIndex(false)).toBe(ENTRIES.length)
    expect(await after.registry.mendIndex(false)).toBe(0)
    expect(await found(after)).toEqual(expected)
    after.clock.advance(3 * 60 * 60_000)
    await after.registry.sweep()
    expect(await found(after)).toEqual(expected)
    database.close()
  })

  it('keeps nobody from publishing where it is damaged', async () => {
    const file = aFile()
    const first = openSqliteDatabase(file)
    await syncCatalog(aWorld(first).registry, 'main', ENTRIES.slice(0, 2))
    first.close()
    damage(file, "UPDATE search_words_data SET block = x'00000000010300' WHERE id = 10")
    const database = openSqliteDatabase(file)
    const world = aWorld(database)
    await syncCatalog(world.registry, 'main', ENTRIES)
    await world.registry.mendIndex(false)
    expect((await world.find('everybody')).total).toBe(ENTRIES.length)
    database.close()
  })
})

function aFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'search-index-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'catalog.sqlite')
}

/** Pages of words have numbers; 10 is the record that names them: https://www.sqlite.org/fts5.html#the_data_table_format */
function damage(file: string, change: string): void {
  const sqlite = new DatabaseSync(file, { defensive: false })
  sqlite.exec(change)
  sqlite.close()
}
