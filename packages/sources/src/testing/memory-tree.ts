import { type BytesOutcome, bytesOutcome, type CatalogTree, textOf } from '../tree/catalog-tree.ts'

/** A tree out of texts and bytes, for tests of what reads trees. */
export function memoryTree(files: Readonly<Record<string, string | Uint8Array>>): CatalogTree {
  const readBytes = async (path: string, maxBytes: number): Promise<BytesOutcome> => {
    const file = files[path]
    if (file === undefined) return { ok: false, reason: 'absent' }
    const bytes = typeof file === 'string' ? new TextEncoder().encode(file) : file
    return bytes.length > maxBytes ? { ok: false, reason: 'too-large' } : bytesOutcome(bytes)
  }
  return {
    commit: null,
    scope: '',
    entries: new Map(Object.keys(files).map((path) => [path, 'file'])),
    unusable: [],
    read: async (path, maxBytes) => textOf(await readBytes(path, maxBytes)),
    readBytes,
    close: async () => {},
  }
}
