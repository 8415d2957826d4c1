import type { DocumentKey, DocumentStore } from '@rbee/registry'
import { aSha256, memoryDocumentStore } from '@rbee/testing'
import { documentStoreContract } from '@rbee/testing/contracts'
import { describe, expect, it } from 'vitest'
import { cachedDocuments } from './cached-documents.ts'

documentStoreContract('memory behind a cache', async () => ({
  store: cachedDocuments(memoryDocumentStore(), { maxBytes: 1e6 }),
  close: async () => {},
}))

const page = (number: number): DocumentKey => ({ kind: 'list-page', sha256: aSha256(number) })
const body = (text: string) => new TextEncoder().encode(text)

/** A store that counts its reads and can hold them back. */
function watched() {
  const inner = memoryDocumentStore()
  const state = { reads: 0, gate: Promise.resolve() }
  const store: DocumentStore = {
    ...inner,
    async get(key) {
      state.reads += 1
      const document = await inner.get(key)
      await state.gate
      return document
    },
  }
  return { store, state }
}

describe('cached documents', () => {
  it('read a document from the store once, however often it is asked for', async () => {
    const { store, state } = watched()
    await store.put(page(1), body('one'))
    const cached = cachedDocuments(store, { maxBytes: 1e6 })
    await Promise.all(Array.from({ length: 10 }, () => cached.get(page(1))))
    await cached.get(page(1))
    expect(state.reads).toBe(1)
  })

  it('answer what was written through them without a read', async () => {
    const { store, state } = watched()
    const cached = cachedDocuments(store, { maxBytes: 1e6 })
    await cached.put(page(1), body('one'))
    expect((await cached.get(page(1)))?.body).toEqual(body('one'))
    expect((await store.get(page(1)))?.body).toEqual(body('one'))
    expect(state.reads).toBe(1)
  })

  it('remember what does not exist until it is written', async () => {
    const { store, state } = watched()
    const cached = cachedDocuments(store, { maxBytes: 1e6 })
    await cached.get(page(1))
    expect(await cached.get(page(1))).toBeNull()
    expect(state.reads).toBe(1)
    await cached.put(page(1), body('one'))
    expect(await cached.get(page(1))).not.toBeNull()
    await cached.delete(page(1))
    expect(await cached.get(page(1))).toBeNull()
  })

  it('drop what was used longest ago', async () => {
    const { store, state } = watched()
    const cached = cachedDocuments(store, { maxBytes: 3000 })
    for (const number of [1, 2]) await cached.put(page(number), new Uint8Array(1000))
    await cached.get(page(1))
    await cached.put(page(3), new Uint8Array(1000))
    await cached.get(page(1))
    await cached.get(page(3))
    expect(state.reads).toBe(0)
    await cached.get(page(2))
    expect(state.reads).toBe(1)
  })

  it('keep nothing that is larger than all they may hold', async () => {
    const { store, state } = watched()
    const cached = cachedDocuments(store, { maxBytes: 1000 })
    await cached.put(page(1), body('small'))
    await cached.put(page(2), new Uint8Array(5000))
    expect((await cached.get(page(2)))?.body).toHaveLength(5000)
    await cached.get(page(1))
    expect(state.reads).toBe(1)
  })

  it('keep documents although many missing ones are asked for', async () => {
    const { store, state } = watched()
    const cached = cachedDocuments(store, { maxBytes: 1e6 })
    await cached.put(page(1), body('one'))
    for (let number = 2; number < 12_000; number += 1) await cached.get(page(number))
    state.reads = 0
    await cached.get(page(1))
    expect(state.reads).toBe(0)
  })

  it('do not remember old bytes that a slow read brings after a write', async () => {
    const { store, state } = watched()
    await store.put(page(1), body('old'))
    const cached = cachedDocuments(store, { maxBytes: 1e6 })
    const gate = Promise.withResolvers<void>()
    state.gate = gate.promise
    const slow = cached.get(page(1))
    await cached.put(page(1), body('new'))
    gate.resolve()
    await slow
    expect((await cached.get(page(1)))?.body).toEqual(body('new'))
  })
})
