import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { aManifest, anArchive, anArtifact, aReleaseInput, aSha256, TemporaryFolder } from '@rbee/testing'
import BetterSqlite3 from 'better-sqlite3'
import { expect, it } from 'vitest'
import { openSqliteDatabase } from './index.ts'

/** A database as it was before downloads were counted. */
function openFirstVersion(file: string): BetterSqlite3.Database {
  const sqlite = new BetterSqlite3(file)
  sqlite.exec(readFileSync(new URL('../../migrations/0001_catalog.sql', import.meta.url), 'utf8'))
  sqlite.exec(`CREATE TABLE d1_migrations (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE,
    applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL);
    INSERT INTO d1_migrations (name) VALUES ('0001_catalog.sql')`)
  return sqlite
}

it('counts downloads of releases that were published before', async () => {
  await using folder = await TemporaryFolder.create()
  const file = join(folder.path, 'catalog.sqlite')
  const before = openFirstVersion(file)
  // The later release names the bytes of the earlier one; rows come in the other order.
  for (const [id, publishedAt, archives] of [
    ['copying-worker', 2, [aSha256(1), aSha256(3)]],
    ['first-worker', 1, [aSha256(1), aSha256(2)]],
  ] as const) {
    const artifact = anArtifact({
      archives: archives.map((sha256, index) =>
        anArchive({ sha256, format: index === 0 ? 'tar.zst' : 'tar.gz' }),
      ),
    })
    const input = aReleaseInput({ manifest: aManifest({ id }), artifacts: [artifact] })
    before.prepare("INSERT INTO workers VALUES (?, 'community', 'token:x', 0)").run(id)
    before.prepare("INSERT INTO releases VALUES (?, '1.0.0', 'x', ?, 'x', NULL, NULL)").run(id, publishedAt)
    before.prepare("INSERT INTO release_bodies VALUES (?, '1.0.0', 0, ?)").run(id, JSON.stringify(input))
  }
  before.close()

  const db = openSqliteDatabase(file)
  const day = '2026-01-01'
  await db.countDownloads(
    [1, 2, 3].map((number) => ({ day, client: `client-${number}`, sha256: aSha256(number) })),
    0,
  )
  expect((await db.getAllDownloads(9, day)).top).toEqual([
    { worker: 'first-worker', downloads: 2 },
    { worker: 'copying-worker', downloads: 1 },
  ])
  db.close()
})
