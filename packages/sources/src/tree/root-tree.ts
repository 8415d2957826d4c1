import type { GitEntry } from '../git/listing.ts'
import type { ObjectReader } from '../git/object-reader.ts'
import type { CatalogTree } from './catalog-tree.ts'
import { readEntry } from './git-tree.ts'

/**
 * The root of a commit as a catalog of its own: what lies in folders is left out. For thousands of branches it is made
 * out of one tree object each, through one running git.
 */
export function openRootTree(
  objects: ObjectReader,
  commit: string,
  entries: ReadonlyMap<string, GitEntry>,
): CatalogTree {
  return {
    commit,
    scope: '',
    entries: new Map(Array.from(entries, ([path, { kind }]) => [path, kind])),
    unusable: [],
    read: (path, maxBytes) => readEntry(objects, entries.get(path), maxBytes),
    // The reader serves other trees as well; whoever opened it closes it.
    close: async () => {},
  }
}
