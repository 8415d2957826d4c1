import type { GitEntry } from '../git/listing.ts'
import type { ObjectReader } from '../git/object-reader.ts'
import { findInFolders } from '../git/objects.ts'
import { type CatalogTree, textOf } from './catalog-tree.ts'
import { readEntry } from './git-tree.ts'

/**
 * The root of a commit as a catalog of its own: what lies in folders is not listed, and read where somebody names it. For
 * thousands of branches it is made out of one tree object each, through one running git.
 */
export function openRootTree(
  objects: ObjectReader,
  commit: string,
  entries: ReadonlyMap<string, GitEntry>,
): CatalogTree {
  const readBytes = async (path: string, maxBytes: number) => {
    const entry = entries.get(path) ?? (await findInFolders(objects, commit, path))
    return readEntry(objects, entry, maxBytes)
  }
  return {
    commit,
    scope: '',
    entries: new Map(Array.from(entries, ([path, { kind }]) => [path, kind])),
    unusable: [],
    read: async (path, maxBytes) => textOf(await readEntry(objects, entries.get(path), maxBytes)),
    readBytes,
    // The reader serves other trees as well; whoever opened it closes it.
    close: async () => {},
  }
}
