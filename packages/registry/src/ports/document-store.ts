import type { DocumentKey } from '../storage-keys.ts'

export interface StoredDocument {
  readonly body: Uint8Array
  /** Strong entity tag with its quotes: equal bytes have equal tags. */
  readonly etag: string
}

/** What must be true for a write to happen: the document has this tag, or (null) does not exist. */
export interface Expectation {
  readonly etag: string | null
}

/**
 * Small documents, each read and replaced as a whole. Implemented by files, R2 and memory; all pass the suite
 * `documentStoreContract` of `@rbee/testing`.
 */
export interface DocumentStore {
  get(key: DocumentKey): Promise<StoredDocument | null>
  /**
   * Replaces the document in one step: a reader sees the old bytes or the new ones.
   *
   * @returns the new tag, or null when `expected` did not hold and nothing was written.
   */
  put(key: DocumentKey, body: Uint8Array, expected?: Expectation): Promise<string | null>
  /** Deleting what does not exist is no error. */
  delete(key: DocumentKey): Promise<void>
}
