import { RbeeError } from '@rbee/schema'
import { type CatalogIndex, INDEX_FILE, INDEX_MAX_BYTES, readIndex } from '../branches/catalog-index.ts'
import { METADATA_FILE } from '../manifest/metadata.ts'
import { MANIFEST_FILE } from '../manifest/read.ts'
import type { CatalogTree } from '../tree/catalog-tree.ts'
import { type Discovery, discoverWorkers } from './discover.ts'
import type { CatalogSource } from './source.ts'

/** Which branches hold workers, beside the folders of the commit that was named. */
export type BranchLayout =
  /** Those that a catalog.json names. */
  | { readonly kind: 'index'; readonly index: CatalogIndex }
  /** Every one that holds a metadata.json. */
  | { readonly kind: 'all' }
  /** The one that was named. */
  | { readonly kind: 'named' }
  | { readonly kind: 'none' }

/** What a catalog is, told by what is there. */
export interface Recognition {
  readonly discovery: Discovery
  readonly branches: BranchLayout
}

/**
 * Tells how a catalog is laid out. A catalog.json with `workers` at the root is the index of a branch per worker. Without
 * one, and without any worker in a folder, the branches themselves are looked at; a branch that holds a worker at its root
 * and was named by `#REF` stands for itself alone.
 *
 * @throws RbeeError `catalog_unreadable` for an index that cannot be read.
 */
export async function recognise(tree: CatalogTree, source: CatalogSource): Promise<Recognition> {
  const discovery = await discoverWorkers(tree)
  const branches = await recogniseBranches(tree, source, discovery)
  // What lies at the root of a worker's branch is read as that branch.
  const isBranch = branches.kind === 'all' || branches.kind === 'named'
  return { discovery: isBranch ? { ...discovery, workers: [] } : discovery, branches }
}

async function recogniseBranches(
  tree: CatalogTree,
  { repository, ref, place }: CatalogSource,
  { workers, withoutManifest }: Discovery,
): Promise<BranchLayout> {
  if (repository === null || tree.scope !== '') return { kind: 'none' }
  const text = await readIndexText(tree)
  const index = text === null ? null : readIndex(text, place)
  if (index !== null) return { kind: 'index', index }
  const inFolders = workers.some((folder) => folder !== '') || withoutManifest.length > 0
  if (inFolders || tree.entries.has(MANIFEST_FILE)) return { kind: 'none' }
  return { kind: tree.entries.has(METADATA_FILE) && ref !== null ? 'named' : 'all' }
}

/** Null where there is none; a link is none, and is told of like any other. */
async function readIndexText(tree: CatalogTree): Promise<string | null> {
  const read = await tree.read(INDEX_FILE, INDEX_MAX_BYTES)
  if (read.ok) return read.text
  if (read.reason === 'absent' || read.reason === 'link' || read.reason === 'submodule') return null
  throw new RbeeError('catalog_unreadable', `${INDEX_FILE} cannot be read (${read.reason})`, {
    next: `commit ${INDEX_FILE} as a plain file in UTF-8 of at most ${INDEX_MAX_BYTES / 2 ** 20} MiB`,
  })
}
