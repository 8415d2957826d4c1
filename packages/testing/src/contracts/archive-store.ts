import type { ArchiveStore, PartReceipt } from '@rbee/registry'
import { type Sha256, UPLOAD_PART_BYTES } from '@rbee/schema'
import { describe, expect, it } from 'vitest'
import { aSha256 } from '../builders.ts'
import { sha256Hex } from '../sha256.ts'
import { bytesOf, streamOf } from '../streams.ts'
import { type Opened, openedPerTest } from './opened.ts'

type OpenArchiveStore = () => Promise<Opened<ArchiveStore>>

/** What every `ArchiveStore` has to do. `open` gives an empty store for each test. */
export function archiveStoreContract(name: string, open: OpenArchiveStore): void {
  describe(`archive store, reading: ${name}`, () => reading(open))
  describe(`archive store, receiving parts: ${name}`, () => receivingParts(open))
  describe(`archive store, promoting: ${name}`, () => promoting(open))
  describe(`archive store, leftovers and listing: ${name}`, () => leftovers(open))
}

function reading(open: OpenArchiveStore): void {
  const fresh = openedPerTest(open)

  it('answers null for an unknown archive', async () => {
    const store = await fresh()
    expect(await store.size(aSha256())).toBeNull()
    expect(await store.open(aSha256())).toBeNull()
    expect(await store.open(aSha256(), { start: 0, end: 0 })).toBeNull()
  })

  it('gives back a stored archive and its size', async () => {
    const store = await fresh()
    const bytes = sampleBytes(1000)
    const sha256 = await storeArchive(store, bytes)
    expect(await store.size(sha256)).toBe(1000)
    const opened = await store.open(sha256)
    expect(opened?.size).toBe(1000)
    expect(opened && (await bytesOf(opened.body))).toEqual(bytes)
  })

  it.each([
    [{ start: 0, end: 0 }],
    [{ start: 100, end: 299 }],
    [{ start: 999, end: 999 }],
    [{ start: 0, end: 999 }],
  ])('gives the bytes of range %o, both ends included', async (range) => {
    const store = await fresh()
    const bytes = sampleBytes(1000)
    const opened = await store.open(await storeArchive(store, bytes), range)
    expect(opened?.size).toBe(1000)
    expect(opened && (await bytesOf(opened.body))).toEqual(bytes.slice(range.start, range.end + 1))
  })

  it('cuts a range at the end of the archive', async () => {
    const store = await fresh()
    const bytes = sampleBytes(1000)
    const opened = await store.open(await storeArchive(store, bytes), { start: 990, end: 5000 })
    expect(opened && (await bytesOf(opened.body))).toEqual(bytes.slice(990))
  })

  it('refuses a range behind the end of the archive', async () => {
    const store = await fresh()
    const sha256 = await storeArchive(store, sampleBytes(1000))
    const failure = { code: 'range_not_satisfiable' }
    await expect(store.open(sha256, { start: 1000, end: 1001 })).rejects.toMatchObject(failure)
  })

  it('goes on after a reader has left early', async () => {
    const store = await fresh()
    const bytes = sampleBytes(300_000)
    const sha256 = await storeArchive(store, bytes)
    const left = await store.open(sha256)
    await left?.body.cancel()
    const opened = await store.open(sha256)
    expect(opened && (await bytesOf(opened.body))).toEqual(bytes)
  })
}

function receivingParts(open: OpenArchiveStore): void {
  const fresh = openedPerTest(open)

  it('puts parts together in their order, however they arrive', async () => {
    const store = await fresh()
    const bytes = sampleBytes(UPLOAD_PART_BYTES + 1000)
    const staging = await store.stage(bytes.length)
    const second = await writePart(store, staging, bytes, 2)
    const first = await writePart(store, staging, bytes, 1)
    await store.assemble(staging, [second, first])
    const sha256 = await sha256Hex(bytes)
    expect(await sha256Hex(await bytesOf(await store.openStaged(staging)))).toBe(sha256)
    await store.promote(staging, sha256, bytes.length)
    const range = { start: UPLOAD_PART_BYTES - 10, end: UPLOAD_PART_BYTES + 9 }
    const opened = await store.open(sha256, range)
    expect(opened && (await bytesOf(opened.body))).toEqual(bytes.slice(range.start, range.end + 1))
  })

  it('counts the last of a part that was sent twice', async () => {
    const store = await fresh()
    const bytes = sampleBytes(1000)
    const staging = await store.stage(bytes.length)
    await writePart(store, staging, new Uint8Array(1000), 1)
    await store.assemble(staging, [await writePart(store, staging, bytes, 1)])
    expect(await bytesOf(await store.openStaged(staging))).toEqual(bytes)
  })

  it.each([
    ['shorter', 999],
    ['longer', 1001],
    ['empty', 0],
  ])('refuses a body that is %s than stated, and takes the right one after it', async (_case, actual) => {
    const store = await fresh()
    const bytes = sampleBytes(1000)
    const staging = await store.stage(1000)
    await expect(store.writePart(staging, 1, streamOf(sampleBytes(actual)), 1000)).rejects.toMatchObject({
      code: 'size_mismatch',
    })
    await store.assemble(staging, [await writePart(store, staging, bytes, 1)])
    await store.promote(staging, await sha256Hex(bytes), 1000)
    expect(await store.size(await sha256Hex(bytes))).toBe(1000)
  })

  it('does not let a part that arrives late change what was put together', async () => {
    const store = await fresh()
    const bytes = sampleBytes(1000)
    const sha256 = await sha256Hex(bytes)
    const staging = await store.stage(1000)
    const slow = new TransformStream<Uint8Array, Uint8Array>()
    const late = store.writePart(staging, 1, slow.readable, 1000).catch((error: unknown) => error)
    const writer = slow.writable.getWriter()
    await writer.write(new Uint8Array(1))
    const part = await writePart(store, staging, bytes, 1)
    await store.assemble(staging, [part])
    await store.promote(staging, sha256, 1000)
    await Promise.allSettled([writer.write(new Uint8Array(999)), writer.close()])
    await late
    const opened = await store.open(sha256)
    expect(opened && (await bytesOf(opened.body))).toEqual(bytes)
  })

  it('passes the failure of a broken body on', async () => {
    const store = await fresh()
    const staging = await store.stage(1000)
    const broken = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.error(new TypeError('the connection was lost'))
      },
    })
    await expect(store.writePart(staging, 1, broken, 1000)).rejects.toThrow('the connection was lost')
  })

  it.each([
    ['number 0', 0, 1000],
    ['a number behind the last', 2, 1000],
    ['a fraction', 1.5, 1000],
    ['another size', 1, 900],
  ])('refuses a part with %s', async (_case, part, size) => {
    const store = await fresh()
    const staging = await store.stage(1000)
    await expect(store.writePart(staging, part, streamOf(sampleBytes(size)), size)).rejects.toMatchObject({
      code: 'part_invalid',
    })
  })

  it('refuses to put an incomplete set of parts together', async () => {
    const store = await fresh()
    const bytes = sampleBytes(UPLOAD_PART_BYTES + 1000)
    const staging = await store.stage(bytes.length)
    const last = await writePart(store, staging, bytes, 2)
    const failure = { code: 'upload_incomplete' }
    await expect(store.assemble(staging, [])).rejects.toMatchObject(failure)
    await expect(store.assemble(staging, [last])).rejects.toMatchObject(failure)
    await expect(store.assemble(staging, [last, last])).rejects.toMatchObject(failure)
    await expect(store.openStaged(staging)).rejects.toMatchObject({ code: 'upload_not_found' })
  })

  it('knows no staging place that was never opened', async () => {
    const store = await fresh()
    const other = await store.stage(1000)
    await store.discard(other)
    const failure = { code: 'upload_not_found' }
    await expect(store.writePart(other, 1, streamOf(sampleBytes(1000)), 1000)).rejects.toMatchObject(failure)
    await expect(store.openStaged(other)).rejects.toMatchObject(failure)
    await expect(store.openStaged('../../etc/passwd')).rejects.toMatchObject(failure)
  })
}

function promoting(open: OpenArchiveStore): void {
  const fresh = openedPerTest(open)

  it('shows nothing before, everything after', async () => {
    const store = await fresh()
    const bytes = sampleBytes(1000)
    const sha256 = await sha256Hex(bytes)
    const staging = await stageWhole(store, bytes)
    expect(await store.size(sha256)).toBeNull()
    await store.promote(staging, sha256, 1000)
    expect(await store.size(sha256)).toBe(1000)
  })

  it('takes assembling twice', async () => {
    const store = await fresh()
    const bytes = sampleBytes(1000)
    const staging = await store.stage(1000)
    const part = await writePart(store, staging, bytes, 1)
    await store.assemble(staging, [part])
    await store.assemble(staging, [part])
    expect(await bytesOf(await store.openStaged(staging))).toEqual(bytes)
  })

  it('ends the staging place', async () => {
    const store = await fresh()
    const bytes = sampleBytes(1000)
    const staging = await stageWhole(store, bytes)
    await store.promote(staging, await sha256Hex(bytes), 1000)
    await expect(store.openStaged(staging)).rejects.toMatchObject({ code: 'upload_not_found' })
  })

  it('takes being called twice at once', async () => {
    const store = await fresh()
    const bytes = sampleBytes(1000)
    const sha256 = await sha256Hex(bytes)
    const staging = await stageWhole(store, bytes)
    const calls = await Promise.allSettled([1, 2].map(() => store.promote(staging, sha256, 1000)))
    expect(calls.some(({ status }) => status === 'fulfilled')).toBe(true)
    for (const call of calls) {
      if (call.status === 'rejected') expect(call.reason).toMatchObject({ code: 'upload_not_found' })
    }
    const opened = await store.open(sha256)
    expect(opened && (await bytesOf(opened.body))).toEqual(bytes)
  })

  it('refuses bytes with another digest and stores nothing', async () => {
    const store = await fresh()
    const bytes = sampleBytes(1000)
    const staging = await stageWhole(store, bytes)
    await expect(store.promote(staging, aSha256(), 1000)).rejects.toMatchObject({ code: 'digest_mismatch' })
    expect(await store.size(aSha256())).toBeNull()
    expect(await store.size(await sha256Hex(bytes))).toBeNull()
    await store.discard(staging)
  })

  it('refuses bytes of another size and stores nothing', async () => {
    const store = await fresh()
    const bytes = sampleBytes(1000)
    const sha256 = await sha256Hex(bytes)
    const staging = await stageWhole(store, bytes)
    await expect(store.promote(staging, sha256, 999)).rejects.toMatchObject({ code: 'size_mismatch' })
    expect(await store.size(sha256)).toBeNull()
    await store.discard(staging)
  })

  it('leaves a stored archive alone when other bytes claim its digest', async () => {
    const store = await fresh()
    const bytes = sampleBytes(1000)
    const sha256 = await storeArchive(store, bytes)
    const staging = await stageWhole(store, new Uint8Array(1000))
    await expect(store.promote(staging, sha256, 1000)).rejects.toMatchObject({ code: 'digest_mismatch' })
    const opened = await store.open(sha256)
    expect(opened && (await bytesOf(opened.body))).toEqual(bytes)
  })

  it('takes the same bytes from several uploads at once', async () => {
    const store = await fresh()
    const bytes = sampleBytes(1000)
    const sha256s = await Promise.all(Array.from({ length: 5 }, () => storeArchive(store, bytes)))
    expect(new Set(sha256s).size).toBe(1)
    expect(await listed(store)).toEqual([await sha256Hex(bytes)])
  })
}

function leftovers(open: OpenArchiveStore): void {
  const fresh = openedPerTest(open)

  it('never lists what an interrupted upload left behind', async () => {
    const store = await fresh()
    const bytes = sampleBytes(1000)
    await store.stage(1000)
    await writePart(store, await store.stage(1000), bytes, 1)
    await stageWhole(store, bytes)
    expect(await listed(store)).toEqual([])
    expect(await store.size(await sha256Hex(bytes))).toBeNull()
  })

  it('discards a staging place in every state, and one that is gone', async () => {
    const store = await fresh()
    const bytes = sampleBytes(1000)
    const empty = await store.stage(1000)
    const written = await store.stage(1000)
    await writePart(store, written, bytes, 1)
    const assembled = await stageWhole(store, bytes)
    for (const staging of [empty, written, assembled]) {
      await store.discard(staging)
      await store.discard(staging)
      await expect(store.openStaged(staging)).rejects.toMatchObject({ code: 'upload_not_found' })
    }
    await store.discard('../../etc/passwd')
  })

  it('deletes an archive, and takes deleting one that is not there', async () => {
    const store = await fresh()
    const sha256 = await storeArchive(store, sampleBytes(1000))
    await store.delete(sha256)
    await store.delete(sha256)
    expect(await store.size(sha256)).toBeNull()
    expect(await listed(store)).toEqual([])
  })

  it('lists more than a thousand archives', { timeout: 120_000 }, async () => {
    const store = await fresh()
    const numbers = Array.from({ length: 1_050 }, (_, index) => index)
    const stored: Sha256[] = []
    // Ten at a time: enough to be quick, few enough for every backend's open files and connections.
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        for (let number = numbers.pop(); number !== undefined; number = numbers.pop()) {
          stored.push(await storeArchive(store, new TextEncoder().encode(`archive ${number}`)))
        }
      }),
    )
    expect(await listed(store)).toEqual(stored.toSorted())
  })
}

/** Bytes that differ from place to place, so that a shifted or repeated part is noticed. */
function sampleBytes(size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size)
  for (let index = 0; index < size; index += 1) bytes[index] = index ^ (index >> 8) ^ (index >> 16)
  return bytes
}

async function writePart(
  store: ArchiveStore,
  staging: string,
  bytes: Uint8Array,
  part: number,
): Promise<PartReceipt> {
  const body = bytes.slice((part - 1) * UPLOAD_PART_BYTES, part * UPLOAD_PART_BYTES)
  return { part, receipt: await store.writePart(staging, part, streamOf(body), body.length) }
}

/** Stages an archive of one part. */
async function stageWhole(store: ArchiveStore, bytes: Uint8Array): Promise<string> {
  const staging = await store.stage(bytes.length)
  await store.assemble(staging, [await writePart(store, staging, bytes, 1)])
  return staging
}

async function storeArchive(store: ArchiveStore, bytes: Uint8Array<ArrayBuffer>): Promise<Sha256> {
  const sha256 = await sha256Hex(bytes)
  await store.promote(await stageWhole(store, bytes), sha256, bytes.length)
  return sha256
}

async function listed(store: ArchiveStore): Promise<Sha256[]> {
  const found: Sha256[] = []
  for await (const sha256 of store.list()) found.push(sha256)
  return found.toSorted()
}
