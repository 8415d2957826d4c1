import type { Database } from '@rbee/registry'
import { artifactMetadataSchema } from '@rbee/schema'
import { expect, it } from 'vitest'
import { aSha256 } from '../../builders.ts'
import { aBlobRow, anUploadRow } from '../../rows.ts'

export function archivesAndUploads(fresh: () => Promise<Database>): void {
  it('find the archives that are stored, of more than are asked for in one statement of D1', async () => {
    const db = await fresh()
    const metadata = artifactMetadataSchema.parse({
      id: 'echo-worker',
      version: '1.0.0',
      variant: 'cpu',
      platform: 'linux-x86_64',
      binary_name: 'echo-worker',
      license: 'MIT',
      selftest: { command: ['bin/echo-worker', '--self-test'], timeout_seconds: 30 },
      run: null,
    })
    const stored = aBlobRow({ programs: ['echo-worker', 'hilf-programm'], metadata })
    await db.insertBlob(stored)
    await db.insertBlob(aBlobRow({ sha256: aSha256(2), metadata: null }))
    const asked = Array.from({ length: 300 }, (_, index) => aSha256(index + 1000))
    expect(await db.findBlobs([...asked, stored.sha256])).toEqual([stored])
    expect(await db.findBlobs([])).toEqual([])
    expect((await db.findBlobs([aSha256(2)]))[0]?.metadata).toBeNull()
  })

  it('keep what is known of an archive that is stored again', async () => {
    const db = await fresh()
    await db.insertBlob(aBlobRow({ storedAt: 1 }))
    await db.insertBlob(aBlobRow({ storedAt: 2 }))
    expect((await db.findBlobs([aBlobRow().sha256]))[0]?.storedAt).toBe(1)
  })

  it('wait for no list of their files, which is kept when they are stored', async () => {
    const db = await fresh()
    const blob = aBlobRow()
    await db.insertBlob(blob)
    expect(await db.listUnlistedArchives(10)).toEqual([])
    expect(await db.takeUnlistedArchive(blob.digest)).toBe(false)
  })

  it('keep an upload and the last receipt of each of its parts', async () => {
    const db = await fresh()
    const upload = anUploadRow()
    await db.insertUpload(upload)
    expect(await db.findUpload(upload.id)).toEqual(upload)
    await db.savePart(upload.id, 2, 'second')
    await db.savePart(upload.id, 1, 'wrong')
    await db.savePart(upload.id, 1, 'first')
    expect(await db.listParts(upload.id)).toEqual([
      { part: 1, receipt: 'first' },
      { part: 2, receipt: 'second' },
    ])
  })

  it('forget an upload with its parts, and take a part that comes later', async () => {
    const db = await fresh()
    const upload = anUploadRow()
    await db.insertUpload(upload)
    await db.savePart(upload.id, 1, 'first')
    await db.deleteUpload(upload.id)
    await db.deleteUpload(upload.id)
    await db.savePart(upload.id, 2, 'late')
    expect(await db.findUpload(upload.id)).toBeNull()
    expect(await db.listParts(upload.id)).toEqual([])
  })

  it('find the open upload of the same token for the same bytes, until it expires', async () => {
    const db = await fresh()
    const upload = anUploadRow({ expiresAt: 1_000 })
    await db.insertUpload(upload)
    expect(await db.findOpenUpload(upload.tokenId, upload.sha256, 999)).toEqual(upload)
    expect(await db.findOpenUpload(upload.tokenId, upload.sha256, 1_000)).toBeNull()
    expect(await db.findOpenUpload('another', upload.sha256, 999)).toBeNull()
    expect(await db.findOpenUpload(upload.tokenId, aSha256(5), 999)).toBeNull()
  })

  it('list those of a token beyond the newest, with and without parts', async () => {
    const db = await fresh()
    for (let index = 0; index < 6; index += 1) {
      await db.insertUpload(anUploadRow({ id: `upload-${index}`, sha256: aSha256(index) }))
      if (index % 2 === 0) await db.savePart(`upload-${index}`, 1, 'receipt')
    }
    await db.insertUpload(anUploadRow({ id: 'other', tokenId: 'token-2' }))
    const surplus = async (count: number, bytes = 6_000) =>
      (await db.listSurplusUploads('token-1', { count, bytes })).map(({ id }) => id)
    expect(await surplus(3)).toEqual([])
    expect(await surplus(2)).toEqual(['upload-0', 'upload-1'])
    expect(await surplus(1)).toEqual(['upload-2', 'upload-0', 'upload-3', 'upload-1'])
    expect((await surplus(3, 5_999)).toSorted()).toEqual(['upload-0'])
    expect((await surplus(3, 3_500)).toSorted()).toEqual(['upload-0', 'upload-1', 'upload-2'])
    expect((await surplus(2, 4_000)).toSorted()).toEqual(['upload-0', 'upload-1'])
  })

  it('list the expired ones, longest expired first', async () => {
    const db = await fresh()
    for (const [index, expiresAt] of [300, 100, 200, 900].entries()) {
      await db.insertUpload(anUploadRow({ id: `upload-${index}`, sha256: aSha256(index), expiresAt }))
    }
    await db.insertUpload(anUploadRow({ id: 'other', tokenId: 'token-2', expiresAt: 900 }))
    expect((await db.listExpiredUploads(300, 2)).map(({ id }) => id)).toEqual(['upload-1', 'upload-2'])
    expect(await db.listExpiredUploads(300, 10)).toHaveLength(3)
  })
}
