import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import {
  aManifest,
  aNameRow,
  anArchive,
  anArtifact,
  aReleaseInput,
  aReleaseRow,
  aSha256,
  aWorkerId,
  aWorkerRow,
  TemporaryFolder,
} from '@rbee/testing'
import { expect, it } from 'vitest'
import { openSqliteDatabase, type SqliteDatabase } from './index.ts'

async function publish(
  db: SqliteDatabase,
  id: string,
  archives: readonly [number, number],
  row: { publishedAt: number; readme?: string },
): Promise<void> {
  const artifact = anArtifact({
    archives: archives.map((number, index) =>
      anArchive({ sha256: aSha256(number), format: index === 0 ? 'tar.zst' : 'tar.gz' }),
    ),
  })
  const { publishedAt, readme } = row
  const changelog = readme
  const input = aReleaseInput({ manifest: aManifest({ id }), artifacts: [artifact], readme, changelog })
  const worker = aWorkerId(id)
  await db.insertRelease(
    aWorkerRow({ id: worker }),
    [aNameRow({ name: id, worker })],
    aReleaseRow({ input, publishedAt }),
  )
}

it('counts downloads of releases that a version published which did not count', async () => {
  await using folder = await TemporaryFolder.create()
  const file = join(folder.path, 'catalog.sqlite')
  const db = openSqliteDatabase(file)
  // The later release names the bytes of the earlier one; rows come in the other order.
  await publish(db, 'copying-worker', [1, 3], { publishedAt: 2 })
  await publish(db, 'first-worker', [1, 2], { publishedAt: 1 })
  await publish(db, 'talkative-worker', [4, 5], { publishedAt: 3, readme: 'x'.repeat(400_000) })
  const earlier = new DatabaseSync(file)
  earlier.exec('DELETE FROM release_archives; DELETE FROM release_artifacts')
  earlier.close()
  await publish(db, 'later-worker', [6, 2], { publishedAt: 4 })

  const marks = [1, 2, 3, 4, 6].map((number) => ({
    day: '2026-01-01',
    client: `client-${number}`,
    sha256: aSha256(number),
  }))
  const most = async () => (await db.getAllDownloads(9, '2026-01-01')).top
  await db.countDownloads(marks.slice(2), 0)
  expect(await most()).toEqual([{ worker: 'later-worker', downloads: 1 }])
  await db.adoptArtifacts()
  await db.adoptArtifacts()
  await db.countDownloads(marks, 0)
  expect(await most()).toEqual([
    // It named archive 2 while nobody else was known to.
    { worker: 'later-worker', downloads: 2 },
    { worker: 'copying-worker', downloads: 1 },
    { worker: 'first-worker', downloads: 1 },
  ])
  db.close()
})
