import { openSqliteDatabase } from '@rbee/db/sqlite'
import { ARCHIVE_MAX_BYTES, UPLOAD_PART_BYTES, uploadPartCount } from '@rbee/schema'
import {
  aCaller,
  aDigest,
  anOperator,
  aRegistry,
  aSha256,
  declarationOf,
  failureCode,
  failureOf,
  memoryArchiveStore,
  packedArchive,
  partOf,
  sendArchive,
  streamOf,
} from '@rbee/testing'
import { describe, expect, it } from 'vitest'
import { OPEN_UPLOADS_MAX, OPEN_UPLOADS_MAX_BYTES, UPLOAD_LIFETIME } from './open-upload.ts'

const open = (overrides: Parameters<typeof aRegistry>[1] = {}) =>
  aRegistry(openSqliteDatabase(':memory:'), overrides)
const small = await packedArchive()
const large = await packedArchive({ 'bin/echo-worker': noise(UPLOAD_PART_BYTES + 100_000) })
const caller = aCaller()

/** Bytes that do not compress, the same every time (Marsaglia's xorshift32). */
function noise(size: number): Uint8Array {
  const words = new Uint32Array(Math.ceil(size / 4))
  let state = 1
  for (let index = 0; index < words.length; index += 1) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    words[index] = state
  }
  return new Uint8Array(words.buffer, 0, size)
}

async function openedId(registry: ReturnType<typeof open>['registry'], input = declarationOf(small)) {
  const { upload_id: id } = await registry.openUpload(caller, input)
  if (id === null) throw new Error('the bytes are stored already')
  return id
}

async function sendParts(registry: ReturnType<typeof open>['registry'], id: string, packed = small) {
  for (let part = 1; part <= uploadPartCount(packed.size); part += 1) {
    const bytes = partOf(packed, part)
    await registry.writePart(caller, id, part, streamOf(bytes), bytes.length)
  }
}

describe('an upload', () => {
  it('goes from open to stored', async () => {
    const { registry, ports } = open()
    const opened = await registry.openUpload(caller, declarationOf(small))
    expect(opened).toEqual({
      upload_id: expect.any(String),
      status: 'open',
      sha256: small.sha256,
      size: small.size,
      part_size: UPLOAD_PART_BYTES,
      parts: 1,
      received_parts: [],
      expires_at: '2026-01-02T00:00:00.000Z',
    })
    const stored = await sendArchive(registry, caller, small)
    expect(stored).toMatchObject({ upload_id: null, status: 'stored', sha256: small.sha256 })
    expect(await ports.archives.size(small.sha256)).toBe(small.size)
    expect(await ports.database.findBlobs([small.sha256])).toMatchObject([
      { digest: small.digest, unpackedSize: small.unpackedSize, programs: ['echo-worker'], metadata: null },
    ])
  })

  it('needs nothing sent where the bytes are known, whoever sent them', async () => {
    const { registry } = open()
    await sendArchive(registry, caller, small)
    const again = await registry.openUpload(aCaller({ tokenId: 'other' }), declarationOf(small))
    expect(again).toMatchObject({ upload_id: null, status: 'stored' })
  })

  it('is received again where the store lost the bytes', async () => {
    const { registry, ports } = open()
    await sendArchive(registry, caller, small)
    await ports.archives.delete(small.sha256)
    expect(await sendArchive(registry, caller, small)).toMatchObject({ status: 'stored' })
    expect(await ports.archives.size(small.sha256)).toBe(small.size)
  })

  it('is taken up again after an interruption, with the parts that arrived', async () => {
    const { registry } = open()
    const id = await openedId(registry, declarationOf(large))
    const second = partOf(large, 2)
    await registry.writePart(caller, id, 2, streamOf(second), second.length)
    const resumed = await registry.openUpload(caller, declarationOf(large))
    expect(resumed).toMatchObject({ upload_id: id, parts: 2, received_parts: [2] })
    expect(await sendArchive(registry, caller, large)).toMatchObject({ status: 'stored' })
  })

  it('starts anew when the same bytes are declared differently', async () => {
    const { registry } = open()
    const first = await openedId(registry, { ...declarationOf(small), digest: aDigest(5) })
    const second = await openedId(registry)
    expect(second).not.toBe(first)
    expect(await failureCode(registry.uploadState(caller, first))).toBe('upload_not_found')
  })

  it('may be completed twice at once, and again later', async () => {
    const { registry } = open()
    const id = await openedId(registry)
    await sendParts(registry, id)
    const both = await Promise.all([registry.completeUpload(caller, id), registry.completeUpload(caller, id)])
    expect(both.map(({ status }) => status)).toEqual(['stored', 'stored'])
    expect(await registry.completeUpload(caller, id)).toMatchObject({ status: 'stored' })
    expect(await registry.uploadState(caller, id)).toMatchObject({ status: 'stored' })
  })

  it('can be abandoned', async () => {
    const { registry } = open()
    const id = await openedId(registry)
    await registry.abandonUpload(caller, id)
    expect(await failureCode(registry.uploadState(caller, id))).toBe('upload_not_found')
  })
})

describe('parts', () => {
  it.each([0, 3, 1.5, -1, Number.NaN])('refuses the number %d', async (part) => {
    const { registry } = open()
    const id = await openedId(registry, declarationOf(large))
    expect(await failureCode(registry.writePart(caller, id, part, streamOf(small.bytes), 10))).toBe(
      'part_invalid',
    )
  })

  it('refuses a stated size that the part cannot have before the store sees a byte', async () => {
    const archives = memoryArchiveStore()
    const untouched = { ...archives, writePart: () => Promise.reject(new Error('the store was asked')) }
    const { registry } = open({ archives: untouched })
    const id = await openedId(registry, declarationOf(large))
    const call = registry.writePart(caller, id, 1, streamOf(large.bytes), UPLOAD_PART_BYTES - 1)
    expect(await failureCode(call)).toBe('size_mismatch')
  })

  it.each([
    ['shorter', -1],
    ['longer', 1],
  ])('refuses a body that is %s than stated, and takes the part again', async (_what, difference) => {
    const { registry } = open()
    const id = await openedId(registry)
    const body = new Uint8Array(small.size + difference)
    expect(await failureCode(registry.writePart(caller, id, 1, streamOf(body), small.size))).toBe(
      'size_mismatch',
    )
    expect((await registry.uploadState(caller, id)).received_parts).toEqual([])
    await sendParts(registry, id)
    expect(await registry.completeUpload(caller, id)).toMatchObject({ status: 'stored' })
  })

  it('names those that are missing, and goes on when they are sent', async () => {
    const { registry } = open()
    const id = await openedId(registry, declarationOf(large))
    const first = partOf(large, 1)
    await registry.writePart(caller, id, 1, streamOf(first), first.length)
    const failure = await failureOf(registry.completeUpload(caller, id))
    expect(failure).toMatchObject({ code: 'upload_incomplete', details: { missing_parts: [2] } })
    const second = partOf(large, 2)
    await registry.writePart(caller, id, 2, streamOf(second), second.length)
    expect(await registry.completeUpload(caller, id)).toMatchObject({ status: 'stored' })
  })

  it('replaces a part that is sent again', async () => {
    const { registry } = open()
    const id = await openedId(registry)
    await registry.writePart(caller, id, 1, streamOf(new Uint8Array(small.size)), small.size)
    await sendParts(registry, id)
    expect(await registry.completeUpload(caller, id)).toMatchObject({ status: 'stored' })
  })
})

describe('bytes that break their declaration', () => {
  const nothingStored = async ({ ports, registry }: ReturnType<typeof open>, id: string) => {
    expect(await ports.archives.size(small.sha256)).toBeNull()
    expect(await ports.database.findBlobs([small.sha256])).toEqual([])
    expect(await failureCode(registry.uploadState(caller, id))).toBe('upload_not_found')
  }

  it('are refused when the digest of the tar is a lie', async () => {
    const world = open()
    const id = await openedId(world.registry, { ...declarationOf(small), digest: aDigest(9) })
    await sendParts(world.registry, id)
    expect(await failureCode(world.registry.completeUpload(caller, id))).toBe('digest_mismatch')
    await nothingStored(world, id)
  })

  it('are refused when the SHA-256 is a lie, though the archive is a good one', async () => {
    const world = open()
    const id = await openedId(world.registry, { ...declarationOf(small), sha256: aSha256(9) })
    await sendParts(world.registry, id)
    expect(await failureCode(world.registry.completeUpload(caller, id))).toBe('digest_mismatch')
    await nothingStored(world, id)
  })

  it('are told to be damaged rather than a bad archive when they are not what was declared', async () => {
    const world = open()
    const id = await openedId(world.registry)
    const damaged = small.bytes.slice().fill(0x41, 20, 40)
    await world.registry.writePart(caller, id, 1, streamOf(damaged), damaged.length)
    expect(await failureCode(world.registry.completeUpload(caller, id))).toBe('digest_mismatch')
    await nothingStored(world, id)
    expect(await sendArchive(world.registry, caller, small)).toMatchObject({ status: 'stored' })
  })

  it('are refused as an archive when they are the declared bytes and break its rules', async () => {
    const world = open()
    const climbing = await packedArchive({ 'bin/echo-worker': 'x', '../evil': 'x' })
    expect(await failureCode(sendArchive(world.registry, caller, climbing))).toBe('archive_invalid')
    const mislabelled = { ...small, format: 'tar.zst' as const }
    expect(await failureCode(sendArchive(world.registry, caller, mislabelled))).toBe('archive_invalid')
    expect(await world.ports.archives.size(climbing.sha256)).toBeNull()
  })

  it('are refused at once when they contradict what is stored', async () => {
    const { registry } = open()
    await sendArchive(registry, caller, small)
    const lie = registry.openUpload(caller, { ...declarationOf(small), digest: aDigest(9) })
    expect(await failureCode(lie)).toBe('digest_mismatch')
    const short = registry.openUpload(caller, { ...declarationOf(small), size: small.size - 1 })
    expect(await failureCode(short)).toBe('size_mismatch')
  })
})

describe('who may see an upload', () => {
  it('is who opened it, and operators', async () => {
    const { registry } = open()
    const id = await openedId(registry)
    const stranger = aCaller({ tokenId: 'stranger' })
    for (const call of [
      registry.uploadState(stranger, id),
      registry.writePart(stranger, id, 1, streamOf(small.bytes), small.size),
      registry.completeUpload(stranger, id),
      registry.abandonUpload(stranger, id),
      registry.uploadState(caller, 'no-such-upload'),
    ]) {
      expect(await failureCode(call)).toBe('upload_not_found')
    }
    expect(await registry.uploadState(anOperator(), id)).toMatchObject({ status: 'open' })
  })

  it('is nobody else even for the same bytes', async () => {
    const { registry } = open()
    const id = await openedId(registry)
    const other = await registry.openUpload(aCaller({ tokenId: 'other' }), declarationOf(small))
    expect(other.upload_id).not.toBe(id)
  })
})

describe('limits', () => {
  it('gives up the oldest uploads of a token that opens too many, first those without parts', async () => {
    const { registry } = open()
    const declare = (number: number) => ({ ...declarationOf(small), sha256: aSha256(number) })
    const sending = await openedId(registry)
    await sendParts(registry, sending)
    const other = aCaller({ tokenId: 'other' })
    const { upload_id: foreign } = await registry.openUpload(other, declare(1))
    const ids: string[] = []
    for (let number = 1; number <= OPEN_UPLOADS_MAX + 3; number += 1) {
      ids.push(`${(await registry.openUpload(caller, declare(number))).upload_id}`)
    }
    const state = (id: string, who = caller) => failureCode(registry.uploadState(who, id))
    for (const id of ids.slice(0, 3)) expect(await state(id)).toBe('upload_not_found')
    for (const id of ids.slice(3)) expect(await state(id)).toBe('done')
    expect(await state(`${foreign}`, other)).toBe('done')
    expect(await registry.completeUpload(caller, sending)).toMatchObject({ status: 'stored' })
  })

  it('gives up the oldest uploads of a token that declares too many bytes', async () => {
    const { registry } = open()
    const fitting = Math.floor(OPEN_UPLOADS_MAX_BYTES / ARCHIVE_MAX_BYTES)
    const other = aCaller({ tokenId: 'other' })
    const declare = (number: number) => ({
      ...declarationOf(small),
      sha256: aSha256(number),
      size: ARCHIVE_MAX_BYTES,
    })
    const { upload_id: foreign } = await registry.openUpload(other, declare(0))
    const ids: string[] = []
    for (let number = 1; number <= fitting + 2; number += 1) {
      ids.push(`${(await registry.openUpload(caller, declare(number))).upload_id}`)
    }
    const state = (id: string, who = caller) => failureCode(registry.uploadState(who, id))
    for (const id of ids.slice(0, 2)) expect(await state(id)).toBe('upload_not_found')
    for (const id of ids.slice(2)) expect(await state(id)).toBe('done')
    expect(await state(`${foreign}`, other)).toBe('done')
  })

  it('refuses archives that are too large by name', async () => {
    const { registry } = open()
    const declaration = { ...declarationOf(small), size: ARCHIVE_MAX_BYTES + 1 }
    expect(await failureCode(registry.openUpload(caller, declaration))).toBe('archive_too_large')
  })

  it('ends an upload after its lifetime, and sweeps it', async () => {
    const { registry, clock, ports } = open()
    const id = await openedId(registry)
    await sendParts(registry, id)
    clock.advance(UPLOAD_LIFETIME - 1)
    expect(await registry.sweep()).toEqual({ uploads: 0 })
    clock.advance(1)
    expect(await failureCode(registry.completeUpload(caller, id))).toBe('upload_expired')
    const staging = (await ports.database.findUpload(id))?.staging
    expect(await registry.sweep()).toEqual({ uploads: 1 })
    expect(await ports.database.findUpload(id)).toBeNull()
    await expect(ports.archives.openStaged(staging ?? '')).rejects.toThrow()
    expect(await sendArchive(registry, caller, small)).toMatchObject({ status: 'stored' })
  })
})

describe('a failing store', () => {
  it('leaves the upload open, to be completed again', async () => {
    const archives = memoryArchiveStore()
    let failures = 1
    const flaky = {
      ...archives,
      promote: (...args: Parameters<typeof archives.promote>) => {
        failures -= 1
        return failures >= 0 ? Promise.reject(new Error('connection reset')) : archives.promote(...args)
      },
    }
    const { registry } = open({ archives: flaky })
    const id = await openedId(registry)
    await sendParts(registry, id)
    expect(await failureCode(registry.completeUpload(caller, id))).toBe('storage_failed')
    expect(await registry.completeUpload(caller, id)).toMatchObject({ status: 'stored' })
  })

  it('completes after a cut between storing the bytes and recording them', async () => {
    const database = openSqliteDatabase(':memory:')
    let failures = 1
    const flaky = {
      ...database,
      insertBlob: (...args: Parameters<typeof database.insertBlob>) => {
        failures -= 1
        return failures >= 0 ? Promise.reject(new Error('cut off')) : database.insertBlob(...args)
      },
    }
    const { registry, ports } = aRegistry(flaky)
    const id = await openedId(registry)
    await sendParts(registry, id)
    await expect(registry.completeUpload(caller, id)).rejects.toThrow('cut off')
    expect(await ports.archives.size(small.sha256)).toBe(small.size)
    expect(await registry.completeUpload(caller, id)).toMatchObject({ status: 'stored' })
    expect(await ports.database.findBlobs([small.sha256])).toHaveLength(1)
  })
})
