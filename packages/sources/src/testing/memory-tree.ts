import type { CatalogTree } from '../tree/catalog-tree.ts'

/** A tree out of texts, for tests of what reads trees. */
export function memoryTree(files: Readonly<Record<string, string>>): CatalogTree {
  return {
    commit: null,
    scope: '',
    entries: new Map(Object.keys(files).map((path) => [path, 'file'])),
    unusable: [],
    read: async (path) => {
      const text = files[path]
      return text === undefined ? { ok: false, reason: 'absent' } : { ok: true, text }
    },
    close: async () => {},
  }
}
