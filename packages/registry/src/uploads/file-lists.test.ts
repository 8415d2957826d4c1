import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { openSqliteDatabase } from '@rbee/db/sqlite'
import { fileListSchema, sha256Of } from '@rbee/schema'
import {
  aCaller,
  aRegistry,
  failureCode,
  memoryDocumentStore,
  packedArchive,
  sendArchive,
  TemporaryFolder,
} from '@rbee/testing'
import { expect, it } from 'vitest'

const FILES = { 'bin/echo-worker': 'echo', 'share/note.txt': 'note' }

it('keeps an upload open whose list cannot be stored, until it can', async () => {
  const documents = memoryDocumentStore()
  let works = false
  const { registry, ports } = aRegistry(openSqliteDatabase(':memory:'), {
    documents: {
      ...documents,
      put: (...args: Parameters<typeof documents.put>) =>
        works ? documents.put(...args) : Promise.reject(new Error('disk unplugged')),
    },
  })
  const archive = await packedArchive(FILES, 'tar.zst')
  expect(await failureCode(sendArchive(registry, aCaller(), archive))).toBe('storage_failed')
  expect(await ports.database.findBlobs([archive.sha256])).toEqual([])
  works = true
  expect(await sendArchive(registry, aCaller(), archive)).toMatchObject({ status: 'stored' })
  expect(await documents.get({ kind: 'file-list', sha256: sha256Of(archive.digest) })).not.toBeNull()
})

it('lists files of archives that a version stored which kept no lists, once', async () => {
  await using folder = await TemporaryFolder.create()
  const file = join(folder.path, 'catalog.sqlite')
  const database = openSqliteDatabase(file)
  const { registry, ports } = aRegistry(database)
  const archives = [await packedArchive(FILES, 'tar.zst'), await packedArchive({ 'bin/lost': 'x' }, 'tar.gz')]
  for (const archive of archives) {
    await sendArchive(registry, aCaller(), archive)
    await ports.documents.delete({ kind: 'file-list', sha256: sha256Of(archive.digest) })
  }
  const earlier = new DatabaseSync(file)
  earlier.exec('INSERT INTO unlisted_archives SELECT digest, sha256, format FROM blobs')
  earlier.close()
  const [kept, lost] = archives
  if (kept === undefined || lost === undefined) throw new Error('there are two archives')
  await ports.archives.delete(lost.sha256)

  await registry.listFilesOfArchives()
  const list = async ({ digest }: typeof kept) => {
    const stored = await ports.documents.get({ kind: 'file-list', sha256: sha256Of(digest) })
    return stored && fileListSchema.parse(JSON.parse(new TextDecoder().decode(stored.body)))
  }
  expect(await list(kept)).toMatchObject({
    digest: kept.digest,
    complete: true,
    files: [{ path: 'bin/echo-worker', size: 4 }, { path: 'share/note.txt' }],
  })
  expect(await list(lost)).toBeNull()
  expect(await database.listUnlistedArchives(9)).toEqual([])
  database.close()
})
