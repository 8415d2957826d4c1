import type { ListEntry, ListPageRef, ListRoot, Sha256, WorkerId } from '@rbee/schema'
import { sha256OfText } from '../../sha256.ts'
import type { DocumentPorts } from '../document-ports.ts'
import { inGroups } from '../in-groups.ts'
import { jsonBytes, textBytes } from '../json-bytes.ts'
import { readSnapshot } from '../snapshots.ts'
import { type EditedPage, editPages, type ListChanges } from './edit-pages.ts'
import { composeEntry } from './list-entry.ts'
import { legacyEntriesOf, readListPage, readListRoot } from './root.ts'

/**
 * How long a page outlives the last root that named it. Roots are read and followed within one request; this is far
 * longer than any.
 */
const RETIRED_PAGE_LIFETIME_MS = 10 * 60_000
/** Most pages freed with one change, so that every change stays small. */
const FREED_AT_ONCE = 100
const REQUESTS_AT_ONCE = 16
/** Of writers that keep getting in each other's way, one succeeds in every round. */
const MAX_ROUNDS = 200

/** A worker's place in the list, composed from rows that are current as long as its mark has the revision. */
export interface PreparedEntry {
  readonly revision: number
  readonly entry: ListEntry | null
}

/**
 * Brings the list in line with the rows of the given workers. Rewrites the pages that hold them, each once, and then
 * replaces the root under the condition that it is still the one that was read before the rows; otherwise all is done
 * again, so that no change of another writer is lost and no older rows replace newer ones.
 *
 * Pages are immutable and hold the generation they were written for, so a page that left the list never comes back and
 * can be freed at any later time: the root keeps the names of retired pages, and a change that comes
 * {@link RETIRED_PAGE_LIFETIME_MS} later deletes them before it strikes them off. A writer that dies before its root is
 * in place leaves its few pages behind; nothing refers to them.
 *
 * @param prepared spares reading the rows of workers that did not change since.
 */
export async function updateList(
  ports: DocumentPorts,
  workers: readonly WorkerId[],
  prepared: ReadonlyMap<WorkerId, PreparedEntry> = new Map(),
): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const { root, etag } = await readListRoot(ports.documents)
    const changes = await composeChanges(ports, workers, prepared)
    const pages = await editStoredPages(ports, root, changes)
    if (pages === 'unchanged') return
    if (pages === 'outdated') continue
    const written = await writePages(ports, root, pages)
    const next = await retirePages(ports, root, written.pages)
    const stored = await ports.documents.put({ kind: 'list-root' }, jsonBytes(next), { etag })
    if (stored !== null) return
    await discardUnused(ports, written.created)
  }
  throw new Error('The list of workers kept changing while it was written')
}

async function composeChanges(
  ports: DocumentPorts,
  workers: readonly WorkerId[],
  prepared: ReadonlyMap<WorkerId, PreparedEntry>,
): Promise<ListChanges> {
  const revisions = prepared.size === 0 ? null : await ports.database.dueRevisions([...prepared.keys()])
  const entries = await inGroups(workers, REQUESTS_AT_ONCE, async (id) => {
    const known = prepared.get(id)
    if (known !== undefined && known.revision === revisions?.get(id)) return [id, known.entry] as const
    const snapshot = await readSnapshot(ports.database, id)
    return [id, snapshot?.composed ? composeEntry(snapshot.composed) : null] as const
  })
  return new Map(entries)
}

/** `outdated` when a page is gone already: then the root that was read is an old one, too. */
async function editStoredPages(
  ports: DocumentPorts,
  root: ListRoot,
  changes: ListChanges,
): Promise<EditedPage[] | 'unchanged' | 'outdated'> {
  let isOutdated = false
  const edited = await editPages(root.pages, changes, async ({ sha256 }) => {
    const entries = await readListPage(ports.documents, sha256)
    isOutdated ||= entries === null
    return entries ?? []
  })
  if (isOutdated) return 'outdated'
  return edited ?? 'unchanged'
}

async function writePages(
  ports: DocumentPorts,
  root: ListRoot,
  edited: readonly EditedPage[],
): Promise<{ pages: ListPageRef[]; created: Sha256[] }> {
  const created: Sha256[] = []
  const pages = await inGroups(edited, REQUESTS_AT_ONCE, async (page) => {
    if (page.kind === 'kept') return page.page
    const text = JSON.stringify({ generation: root.generation + 1, entries: page.entries })
    const sha256 = sha256OfText(text)
    created.push(sha256)
    await ports.documents.put({ kind: 'list-page', sha256 }, textBytes(text))
    return pageRef(page.entries, sha256)
  })
  return { pages, created }
}

function pageRef(entries: readonly ListEntry[], sha256: Sha256): ListPageRef {
  const first = entries[0]?.summary.id
  const last = entries.at(-1)?.summary.id
  if (first === undefined || last === undefined) throw new Error('A page of the list has no entries')
  const legacy_bytes = textBytes(legacyEntriesOf(entries)).length
  return { first, last, count: entries.length, legacy_bytes, sha256 }
}

/** The next root; frees pages that retired long ago. */
async function retirePages(ports: DocumentPorts, root: ListRoot, pages: ListPageRef[]): Promise<ListRoot> {
  const now = ports.clock()
  const freed = root.retired
    .filter(({ retired_at }) => Date.parse(retired_at) + RETIRED_PAGE_LIFETIME_MS < now)
    .slice(0, FREED_AT_ONCE)
  await discardPages(
    ports,
    freed.map(({ sha256 }) => sha256),
  )
  const current = new Set(pages.map(({ sha256 }) => sha256))
  const left = root.pages.filter(({ sha256 }) => !current.has(sha256))
  const retired_at = new Date(now).toISOString()
  return {
    generation: root.generation + 1,
    total: pages.reduce((sum, { count }) => sum + count, 0),
    pages,
    retired: [
      ...root.retired.filter((page) => !freed.includes(page)),
      ...left.map(({ sha256 }) => ({ sha256, retired_at })),
    ],
  }
}

/**
 * Frees the pages of a root that was not put in place. Another writer may have put one in place that names the very same
 * pages: two that write the same change do.
 */
async function discardUnused(ports: DocumentPorts, created: readonly Sha256[]): Promise<void> {
  const { root } = await readListRoot(ports.documents)
  const used = new Set([...root.pages, ...root.retired].map(({ sha256 }) => sha256))
  await discardPages(
    ports,
    created.filter((sha256) => !used.has(sha256)),
  )
}

async function discardPages(ports: DocumentPorts, pages: readonly Sha256[]): Promise<void> {
  await inGroups(pages, REQUESTS_AT_ONCE, (sha256) => ports.documents.delete({ kind: 'list-page', sha256 }))
}
