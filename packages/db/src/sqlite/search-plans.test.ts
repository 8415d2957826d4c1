import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { workerIdSchema } from '@rbee/schema'
import { expect, it, onTestFinished } from 'vitest'
import { openSqliteDatabase } from './index.ts'

const WORKER = workerIdSchema.parse('echo-worker')

it('changes and asks the index of search without reading all of it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'search-plans-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'catalog.sqlite')
  const statements = new Set<string>()
  const database = openSqliteDatabase(file, { onQuery: (sql) => statements.add(sql) })
  await database.saveIndexed([], [{ worker: WORKER, revision: 1 }], 1)
  await database.saveIndexedDownloads([WORKER], 1)
  await database.findAlike(['id echo'])
  await database.findNamesakes(['name echo'])
  await database.listIndexedNames([WORKER])
  await database.listIndexed(1, { changed: 1, row: 1 }, 10)
  await database.readIndexedTexts([1])
  await database.knownBeginnings(['echo'])
  await database.listKnownWords(
    [
      { letters: 'ec', behindFirst: false },
      { letters: 'ch', behindFirst: true },
    ],
    { shortest: 3, longest: 5 },
  )
  database.close()
  const sqlite = new DatabaseSync(file)
  // Where others refer to its rows, a statement that adds several lists a walk that it never takes.
  sqlite.exec('PRAGMA foreign_keys = OFF')
  expect(statements.size).toBeGreaterThan(15)
  const scans = [...statements].flatMap((sql) => {
    const values = Array.from(sql.matchAll(/\?/g), () => '[]')
    return sqlite
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all(...values)
      .map(({ detail }) => String(detail))
      .filter((detail) => /^SCAN (?!search_state)search_/.test(detail))
  })
  sqlite.close()
  expect(scans).toEqual([])
})
