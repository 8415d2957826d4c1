import { sha256Of } from '../metadata/names.ts'
import type { MetadataStore, StoredFile } from '../repository/store.ts'

export interface MemoryMetadataStore extends MetadataStore {
  readonly files: Map<string, Uint8Array>
  /** Runs before each write; throws to play a process that is killed there. */
  beforeWrite: (name: string) => void | Promise<void>
}

export function memoryMetadataStore(): MemoryMetadataStore {
  const files = new Map<string, Uint8Array>()
  const stored = (name: string): StoredFile | null => {
    const body = files.get(name)
    return body === undefined ? null : { body, etag: `"${sha256Of(body).slice(0, 32)}"` }
  }
  const store: MemoryMetadataStore = {
    files,
    beforeWrite: () => {},
    get: async (name) => stored(name),
    async put(name, body, expected) {
      await store.beforeWrite(name)
      if (expected !== undefined && (stored(name)?.etag ?? null) !== expected.etag) return null
      files.set(name, body.slice())
      return stored(name)?.etag ?? null
    },
    async delete(name) {
      await store.beforeWrite(name)
      files.delete(name)
    },
  }
  return store
}
