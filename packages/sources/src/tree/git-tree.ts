import { RbeeError } from '@rbee/schema'
import { type GitEntry, listCommit } from '../git/listing.ts'
import { ObjectReader } from '../git/object-reader.ts'
import type { Repository } from '../git/repository.ts'
import {
  type BytesOutcome,
  bytesOutcome,
  type CatalogTree,
  foldersUpward,
  joinPath,
  textOf,
} from './catalog-tree.ts'

/** More than any catalog holds; every entry takes memory. */
const MAX_ENTRIES = 2_000_000

/**
 * A commit as a catalog: the folder that was named, and around it the Cargo.toml files that a crate in it may inherit
 * its version from. Read from objects; the work tree plays no part.
 */
export async function openGitTree(repository: Repository): Promise<CatalogTree> {
  const scope = repository.prefix
  const around = [...foldersUpward(scope)].slice(1).map((folder) => joinPath(folder, 'Cargo.toml'))
  const { entries, unusable } = await listCommit(repository, scope === '' ? [] : [scope, ...around])
  if (entries.size + unusable.length > MAX_ENTRIES) {
    throw new RbeeError('catalog_limit', `the commit holds more than ${MAX_ENTRIES} files`, {
      next: 'name the folder that holds the workers',
    })
  }
  const objects = new ObjectReader(repository.call)
  return {
    commit: repository.commit,
    scope,
    entries: new Map(Array.from(entries, ([path, entry]) => [path, entry.kind])),
    unusable,
    read: async (path, maxBytes) => textOf(await readEntry(objects, entries.get(path), maxBytes)),
    readBytes: (path, maxBytes) => readEntry(objects, entries.get(path), maxBytes),
    close: async () => objects.close(),
  }
}

export async function readEntry(
  objects: ObjectReader,
  entry: GitEntry | undefined,
  maxBytes: number,
): Promise<BytesOutcome> {
  if (entry === undefined) return { ok: false, reason: 'absent' }
  if (entry.kind !== 'file') return { ok: false, reason: entry.kind }
  const bytes = await objects.read('blob', entry.hash, maxBytes)
  return typeof bytes === 'string' ? { ok: false, reason: bytes } : bytesOutcome(bytes)
}
