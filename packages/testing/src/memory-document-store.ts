import { type DocumentStore, documentPath, type StoredDocument } from '@rbee/registry'
import { sha256Hex } from './sha256.ts'

/** A `DocumentStore` that keeps its documents in memory; passes `documentStoreContract`. */
export function memoryDocumentStore(): DocumentStore {
  const documents = new Map<string, StoredDocument>()
  return {
    async get(key) {
      const stored = documents.get(documentPath(key))
      return stored === undefined ? null : { body: stored.body.slice(), etag: stored.etag }
    },
    async put(key, body, expected) {
      const copy = body.slice()
      const etag = `"${(await sha256Hex(copy)).slice(0, 32)}"`
      // Nothing may wait between the comparison and the write: that is what makes the two one step.
      const path = documentPath(key)
      if (expected !== undefined && (documents.get(path)?.etag ?? null) !== expected.etag) return null
      documents.set(path, { body: copy, etag })
      return etag
    },
    async delete(key) {
      documents.delete(documentPath(key))
    },
  }
}
