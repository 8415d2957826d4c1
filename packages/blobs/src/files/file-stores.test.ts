import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { aSha256, aWorkerId, fakeRandomBytes, streamOf } from '@rbee/testing'
import { archiveStoreContract, documentStoreContract } from '@rbee/testing/contracts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { pathInside, writing } from './disk.ts'
import { openFileStores, removeUnknownStaging } from './index.ts'

async function openInTemporaryFolder() {
  const root = await mkdtemp(join(tmpdir(), 'rbee-blobs-'))
  const stores = await openFileStores(root, fakeRandomBytes())
  return { stores, close: () => rm(root, { recursive: true, force: true }) }
}

documentStoreContract('files', async () => {
  const { stores, close } = await openInTemporaryFolder()
  return { store: stores.documents, close }
})

archiveStoreContract('files', async () => {
  const { stores, close } = await openInTemporaryFolder()
  return { store: stores.archives, close }
})

describe('file stores', () => {
  let root: string
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'rbee-blobs-'))
  })
  afterEach(() => rm(root, { recursive: true, force: true }))

  it('free staging places that no upload names, and no others', async () => {
    const { archives } = await openFileStores(root, fakeRandomBytes())
    const known = await archives.stage(10)
    await archives.stage(20)
    await writeFile(join(root, 'staging', 'foreign'), '')
    await removeUnknownStaging(root, new Set([known]))
    expect((await readdir(join(root, 'staging'))).toSorted()).toEqual(
      [`${known}.parts`, 'foreign'].toSorted(),
    )
  })

  it('remove half-written documents of an interrupted process when they are opened', async () => {
    const first = await openFileStores(root, fakeRandomBytes())
    await first.documents.put({ kind: 'list-root' }, new TextEncoder().encode('kept'))
    await writeFile(join(root, 'temporary', 'leftover'), 'half')
    const second = await openFileStores(root, fakeRandomBytes(2))
    expect(await readdir(join(root, 'temporary'))).toEqual([])
    expect(await second.documents.get({ kind: 'list-root' })).not.toBeNull()
  })

  it('leave no temporary file after many writes, conditional ones included', async () => {
    const { documents } = await openFileStores(root, fakeRandomBytes())
    const key = { kind: 'worker', id: aWorkerId() } as const
    await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        documents.put(key, Uint8Array.of(index), index % 2 ? undefined : { etag: null }),
      ),
    )
    expect(await readdir(join(root, 'temporary'))).toEqual([])
    expect(await readFile(join(root, 'documents/workers/echo-worker/worker.json'))).toHaveLength(1)
  })

  it('take an upload up again after a restart', async () => {
    const before = await openFileStores(root, fakeRandomBytes())
    const staging = await before.archives.stage(5)
    const receipt = await before.archives.writePart(
      staging,
      1,
      streamOf(new TextEncoder().encode('hello')),
      5,
    )
    const after = await openFileStores(root, fakeRandomBytes(2))
    await after.archives.assemble(staging, [{ part: 1, receipt }])
    await expect(after.archives.promote(staging, aSha256(), 5)).rejects.toMatchObject({
      code: 'digest_mismatch',
    })
  })

  it('free the disk when an upload is discarded', async () => {
    const { archives } = await openFileStores(root, fakeRandomBytes())
    await archives.discard(await archives.stage(1000))
    expect(await readdir(join(root, 'staging'))).toEqual([])
  })

  it('refuse an archive that the disk cannot hold before a byte of it is sent', async () => {
    const { archives } = await openFileStores(root, fakeRandomBytes())
    await expect(archives.stage(Number.MAX_SAFE_INTEGER)).rejects.toMatchObject({ code: 'disk_full' })
    expect(await readdir(join(root, 'staging'))).toEqual([])
  })

  it.skipIf(process.platform !== 'linux')(
    'report a full disk as disk_full (needs /dev/full of Linux)',
    async () => {
      await expect(writing(() => writeFile('/dev/full', 'x'))).rejects.toMatchObject({ code: 'disk_full' })
    },
  )

  it.each(['../outside', 'documents/../../outside', 'a//b', '/etc/passwd', 'a\\b', 'a\0b', 'a/.'])(
    'stop a key that could leave the folder: %j',
    (key) => {
      expect(() => pathInside(root, key)).toThrow('Not a storage key')
    },
  )
})
