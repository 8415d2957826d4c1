import { type DocumentKey, type DocumentStore, documentPath, type StoredDocument } from '@rbee/registry'

/** What a document costs besides its bytes: its key, its tag and the entry itself, roughly. */
const ENTRY_BYTES = 400
/** How many missing documents are remembered: requests for random names must not push real documents out. */
const MAX_MISSING = 10_000

/**
 * Keeps documents of `store` in memory, those used last, up to `maxBytes` bytes; also remembers which do not exist.
 * Writes go through. Correct only while nothing else writes to the store: the Node server, whose data folder has one
 * writer, uses it; a Worker, of which many run at once, must not. Callers may not change the bytes they are given.
 *
 * @param options.onChange is called after each write with what it wrote, before whoever wrote learns of it.
 */
export function cachedDocuments(
  store: DocumentStore,
  {
    maxBytes,
    onChange = () => {},
  }: { readonly maxBytes: number; readonly onChange?: (key: DocumentKey) => void },
): DocumentStore {
  const found = recentlyUsed<StoredDocument>(maxBytes, (one) => one.body.length + ENTRY_BYTES)
  const missing = recentlyUsed<true>(MAX_MISSING, () => 1)
  const reads = new Map<string, Promise<StoredDocument | null>>()

  function forget(key: DocumentKey): void {
    const path = documentPath(key)
    found.delete(path)
    missing.delete(path)
    // A read that started before the write may see the old bytes: it may answer, but not be remembered.
    reads.delete(path)
    onChange(key)
  }

  async function read(
    path: string,
    key: Parameters<DocumentStore['get']>[0],
  ): Promise<StoredDocument | null> {
    const reading = store.get(key)
    reads.set(path, reading)
    try {
      const document = await reading
      if (reads.get(path) !== reading) return document
      if (document) found.set(path, document)
      else missing.set(path, true)
      return document
    } finally {
      if (reads.get(path) === reading) reads.delete(path)
    }
  }

  return {
    async get(key) {
      const path = documentPath(key)
      const document = found.get(path)
      if (document) return document
      if (missing.get(path)) return null
      return reads.get(path) ?? read(path, key)
    },
    async put(key, body, expected) {
      const path = documentPath(key)
      const copy = body.slice()
      try {
        const etag = await store.put(key, copy, expected)
        forget(key)
        if (etag !== null) found.set(path, { body: copy, etag })
        return etag
      } catch (error) {
        forget(key)
        throw error
      }
    },
    async delete(key) {
      try {
        await store.delete(key)
      } finally {
        forget(key)
      }
    },
  }
}

/** A map that drops what was used longest ago when the costs of its values exceed `limit`. */
function recentlyUsed<Value>(limit: number, costOf: (value: Value) => number) {
  // A Map iterates in the order of insertion, so the first entry is the one used longest ago.
  const entries = new Map<string, Value>()
  let cost = 0

  function remove(key: string): void {
    const value = entries.get(key)
    if (value === undefined) return
    entries.delete(key)
    cost -= costOf(value)
  }

  return {
    get(key: string): Value | undefined {
      const value = entries.get(key)
      if (value === undefined) return undefined
      entries.delete(key)
      entries.set(key, value)
      return value
    },
    set(key: string, value: Value): void {
      remove(key)
      if (costOf(value) > limit) return
      entries.set(key, value)
      cost += costOf(value)
      for (const oldest of entries.keys()) {
        if (cost <= limit) break
        remove(oldest)
      }
    },
    delete: remove,
  }
}
