import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { aBlobRow, aDigest, aSha256, TemporaryFolder } from '@rbee/testing'
import { expect, it } from 'vitest'
import { openSqliteDatabase } from './index.ts'

it('names each content once that a version stored which kept no lists of files', async () => {
  await using folder = await TemporaryFolder.create()
  const file = join(folder.path, 'catalog.sqlite')
  const before = openSqliteDatabase(file)
  const blobs = [
    aBlobRow({ sha256: aSha256(1), digest: aDigest(1), format: 'tar.zst' }),
    aBlobRow({ sha256: aSha256(2), digest: aDigest(1), format: 'tar.gz' }),
    aBlobRow({ sha256: aSha256(3), digest: aDigest(2), format: 'tar.gz' }),
  ]
  for (const blob of blobs) await before.insertBlob(blob)
  expect(await before.listUnlistedArchives(9)).toEqual([])
  before.close()
  const earlier = new DatabaseSync(file)
  earlier.exec(`DROP TABLE unlisted_archives; DELETE FROM d1_migrations WHERE name = '0016_file_lists.sql'`)
  earlier.close()

  const db = openSqliteDatabase(file)
  const first = { digest: aDigest(1), sha256: aSha256(1), format: 'tar.zst' }
  expect(await db.listUnlistedArchives(9)).toEqual([
    first,
    { digest: aDigest(2), sha256: aSha256(3), format: 'tar.gz' },
  ])
  expect(await db.listUnlistedArchives(1)).toEqual([first])
  expect(await db.takeUnlistedArchive(aDigest(1))).toBe(true)
  expect(await db.takeUnlistedArchive(aDigest(1))).toBe(false)
  expect(await db.listUnlistedArchives(9)).toHaveLength(1)
  db.close()
})
