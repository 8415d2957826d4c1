import type { DocumentKey, DocumentStore } from '@rbee/registry'
import { describe, expect, it } from 'vitest'
import { aSha256, aVersion, aWorkerId } from '../builders.ts'
import { type Opened, openedPerTest } from './opened.ts'

const WORKER: DocumentKey = { kind: 'worker', id: aWorkerId() }
const bytes = (text: string) => new TextEncoder().encode(text)
const text = (body: Uint8Array | undefined) => new TextDecoder().decode(body)

/** What every `DocumentStore` has to do. `open` gives an empty store for each test. */
export function documentStoreContract(name: string, open: () => Promise<Opened<DocumentStore>>): void {
  describe(`document store: ${name}`, () => {
    const fresh = openedPerTest(open)

    it('answers null for what was never written', async () => {
      expect(await (await fresh()).get(WORKER)).toBeNull()
    })

    it('gives back the bytes that were written, with the tag that the write answered', async () => {
      const store = await fresh()
      const etag = await store.put(WORKER, bytes('{"id":"echo-worker"}'))
      const stored = await store.get(WORKER)
      expect(text(stored?.body)).toBe('{"id":"echo-worker"}')
      expect(stored?.etag).toBe(etag)
    })

    it('keeps an empty document and one of two mebibytes', async () => {
      const store = await fresh()
      await store.put({ kind: 'list-root' }, new Uint8Array())
      await store.put({ kind: 'catalog-status' }, new Uint8Array(2 * 2 ** 20).fill(7))
      expect((await store.get({ kind: 'list-root' }))?.body).toHaveLength(0)
      expect((await store.get({ kind: 'catalog-status' }))?.body).toHaveLength(2 * 2 ** 20)
    })

    it('gives equal bytes equal strong tags, and other bytes others', async () => {
      const store = await fresh()
      const first = await store.put(WORKER, bytes('one'))
      expect(first).toMatch(/^"[^"]+"$/)
      expect(await store.put({ kind: 'list-root' }, bytes('one'))).toBe(first)
      expect(await store.put(WORKER, bytes('two'))).not.toBe(first)
      expect(await store.put(WORKER, bytes('one'))).toBe(first)
    })

    it('does not change what is stored when the caller reuses its buffer', async () => {
      const store = await fresh()
      const buffer = bytes('stored')
      await store.put(WORKER, buffer)
      buffer.fill(0)
      expect(text((await store.get(WORKER))?.body)).toBe('stored')
    })

    it('deletes, and takes deleting what is not there', async () => {
      const store = await fresh()
      await store.put(WORKER, bytes('one'))
      await store.delete(WORKER)
      await store.delete(WORKER)
      expect(await store.get(WORKER)).toBeNull()
    })

    it('keeps every kind of document apart', async () => {
      const store = await fresh()
      const keys = everyKindOfKey()
      await Promise.all(keys.map((key, index) => store.put(key, bytes(`document ${index}`))))
      const stored = await Promise.all(keys.map((key) => store.get(key)))
      expect(stored.map((document) => text(document?.body))).toEqual(
        keys.map((_, index) => `document ${index}`),
      )
    })
  })

  describe(`document store, conditional writes: ${name}`, () => {
    const fresh = openedPerTest(open)

    it('creates where nothing may exist yet, once', async () => {
      const store = await fresh()
      expect(await store.put(WORKER, bytes('one'), { etag: null })).not.toBeNull()
      expect(await store.put(WORKER, bytes('two'), { etag: null })).toBeNull()
      expect(text((await store.get(WORKER))?.body)).toBe('one')
    })

    it('replaces what has the expected tag, and nothing else', async () => {
      const store = await fresh()
      const first = await store.put(WORKER, bytes('one'))
      const second = await store.put(WORKER, bytes('two'), { etag: first })
      expect(second).not.toBeNull()
      expect(await store.put(WORKER, bytes('three'), { etag: first })).toBeNull()
      expect(await store.get(WORKER)).toEqual({ body: bytes('two'), etag: second })
    })

    it('writes nothing when a tag is expected of what does not exist', async () => {
      const store = await fresh()
      const etag = await store.put(WORKER, bytes('one'))
      await store.delete(WORKER)
      expect(await store.put(WORKER, bytes('two'), { etag })).toBeNull()
      expect(await store.get(WORKER)).toBeNull()
    })

    it('lets exactly one of many writers win who all saw nothing', async () => {
      const store = await fresh()
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) => store.put(WORKER, bytes(`writer ${index}`), { etag: null })),
      )
      const winner = answers.findIndex((etag) => etag !== null)
      expect(answers.filter((etag) => etag !== null)).toHaveLength(1)
      expect(text((await store.get(WORKER))?.body)).toBe(`writer ${winner}`)
    })

    it('loses no change of many writers who read, change and write in a loop', async () => {
      const store = await fresh()
      await store.put(WORKER, bytes('0'))
      await Promise.all(Array.from({ length: 8 }, () => increment(store)))
      expect(text((await store.get(WORKER))?.body)).toBe('8')
    })
  })
}

async function increment(store: DocumentStore): Promise<void> {
  for (;;) {
    const seen = await store.get(WORKER)
    if (!seen) throw new Error('The counter is gone')
    const next = bytes(String(Number(text(seen.body)) + 1))
    if ((await store.put(WORKER, next, { etag: seen.etag })) !== null) return
  }
}

function everyKindOfKey(): DocumentKey[] {
  const id = aWorkerId()
  return [
    { kind: 'worker', id },
    { kind: 'worker', id: aWorkerId('echo-worker-2') },
    { kind: 'versions', id },
    { kind: 'release', id, version: aVersion('1.0.0') },
    { kind: 'release', id, version: aVersion('1.0.0-rc.1') },
    { kind: 'release', id, version: aVersion('1.0.0+build.1') },
    { kind: 'alias', name: 'cpu' },
    { kind: 'alias', name: '-' },
    { kind: 'readme', id },
    { kind: 'pkgbuild', id },
    { kind: 'srcinfo', id },
    { kind: 'list-root' },
    { kind: 'list-page', sha256: aSha256(1) },
    { kind: 'list-page', sha256: aSha256(2) },
    { kind: 'catalog-status' },
  ]
}
