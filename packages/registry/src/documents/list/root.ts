import { type ListEntry, type ListRoot, listPageSchema, listRootSchema, type Sha256 } from '@rbee/schema'
import type { DocumentStore } from '../../ports/document-store.ts'
import { readJson } from '../json-bytes.ts'

/** The list before its first worker. */
export const EMPTY_ROOT: ListRoot = { generation: 0, total: 0, pages: [], retired: [] }

/** @returns the root and its tag; of a list that has none yet, an empty one and null. */
export async function readListRoot(store: DocumentStore): Promise<{ root: ListRoot; etag: string | null }> {
  const stored = await store.get({ kind: 'list-root' })
  return stored === null
    ? { root: EMPTY_ROOT, etag: null }
    : { root: parseListRoot(stored.body), etag: stored.etag }
}

export function parseListRoot(body: Uint8Array): ListRoot {
  return listRootSchema.parse(readJson(body))
}

/** @returns null when the page was freed, which happens only to pages of old roots. */
export async function readListPage(store: DocumentStore, sha256: Sha256): Promise<ListEntry[] | null> {
  const stored = await store.get({ kind: 'list-page', sha256 })
  return stored && listPageSchema.parse(readJson(stored.body)).entries
}

/** The entries of the earlier list that a page holds, as ready JSON with commas between them. */
export function legacyEntriesOf(entries: readonly ListEntry[]): string {
  return entries
    .map(({ legacy }) => legacy)
    .filter((legacy) => legacy !== '')
    .join(',')
}
