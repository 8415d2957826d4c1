import type { ListEntry, ListPageRef, WorkerId } from '@rbee/schema'

/** Most entries of one page: a change of one worker rewrites its page, and reading one entry reads it. */
export const PAGE_MAX_ENTRIES = 100
/** What a page that became too large is cut into: leaves room, so that the next worker does not cut again. */
const PAGE_FILL_ENTRIES = 75
/** A page that falls below this is joined with its neighbour. */
export const PAGE_MIN_ENTRIES = 25

/** How the entries of workers change; null takes the worker off the list. */
export type ListChanges = ReadonlyMap<WorkerId, ListEntry | null>

/** A page that stays as it is, or the entries of a new one. */
export type EditedPage =
  | { readonly kind: 'kept'; readonly page: ListPageRef }
  | { readonly kind: 'new'; readonly entries: readonly ListEntry[] }

/** Gives the entries of a stored page. */
export type LoadPage = (page: ListPageRef) => Promise<readonly ListEntry[]>

/**
 * The pages of the list after some workers changed, in order. Loads only pages that hold one of the workers or would
 * take it, and the neighbours of pages that become too small.
 *
 * @returns null when nothing changes.
 */
export async function editPages(
  pages: readonly ListPageRef[],
  changes: ListChanges,
  load: LoadPage,
): Promise<EditedPage[] | null> {
  const edited = await applyChanges(pages, changes, load)
  if (edited.every(({ kind }) => kind === 'kept')) return null
  const joined = await joinSmallPages(edited, load)
  return joined.flatMap((page) => (page.kind === 'kept' ? [page] : cutLargePage(page.entries)))
}

async function applyChanges(
  pages: readonly ListPageRef[],
  changes: ListChanges,
  load: LoadPage,
): Promise<EditedPage[]> {
  const changesOf = Map.groupBy(changes, ([id]) => placeOf(pages, id))
  // A list without pages takes its first workers as if it had an empty one.
  const existing: readonly (ListPageRef | null)[] = pages.length === 0 ? [null] : pages
  const edited: EditedPage[] = []
  for (const [place, page] of existing.entries()) {
    const own = changesOf.get(place)
    const before = own === undefined || page === null ? [] : await load(page)
    const after = own === undefined ? null : changedEntries(before, own)
    if (after !== null) edited.push({ kind: 'new', entries: after })
    else if (page !== null) edited.push({ kind: 'kept', page })
  }
  return edited
}

/** The page that holds a worker or would take it: the last one that does not begin behind it. */
function placeOf(pages: readonly ListPageRef[], id: WorkerId): number {
  let low = 0
  let high = pages.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    const page = pages[middle]
    if (page !== undefined && page.first <= id) low = middle
    else high = middle - 1
  }
  return low
}

/** Null when the changes change nothing. */
function changedEntries(
  before: readonly ListEntry[],
  changes: Iterable<readonly [WorkerId, ListEntry | null]>,
): ListEntry[] | null {
  const entries = new Map(before.map((entry) => [entry.summary.id, entry]))
  let changed = false
  for (const [id, entry] of changes) {
    if (isSame(entries.get(id) ?? null, entry)) continue
    changed = true
    if (entry === null) entries.delete(id)
    else entries.set(id, entry)
  }
  if (!changed) return null
  return [...entries.values()].toSorted((a, b) => (a.summary.id < b.summary.id ? -1 : 1))
}

function isSame(left: ListEntry | null, right: ListEntry | null): boolean {
  if (left === null || right === null) return left === right
  return JSON.stringify(left) === JSON.stringify(right)
}

async function joinSmallPages(pages: readonly EditedPage[], load: LoadPage): Promise<EditedPage[]> {
  const entriesOf = (page: EditedPage) => (page.kind === 'kept' ? load(page.page) : page.entries)
  const joined: EditedPage[] = []
  for (const page of pages) {
    const previous = joined.at(-1)
    if (previous !== undefined && (isSmall(previous) || isSmall(page))) {
      const entries = [...(await entriesOf(previous)), ...(await entriesOf(page))]
      joined.splice(-1, 1, { kind: 'new', entries })
    } else {
      joined.push(page)
    }
  }
  return joined
}

/** A page that stays is left alone even when it is small: joining it would rewrite what nobody changed. */
function isSmall(page: EditedPage): boolean {
  return page.kind === 'new' && page.entries.length < PAGE_MIN_ENTRIES
}

function cutLargePage(entries: readonly ListEntry[]): EditedPage[] {
  const parts =
    entries.length <= PAGE_MAX_ENTRIES
      ? Math.min(1, entries.length)
      : Math.ceil(entries.length / PAGE_FILL_ENTRIES)
  const start = (part: number) => Math.round((part * entries.length) / parts)
  return Array.from({ length: parts }, (_, part) => ({
    kind: 'new',
    entries: entries.slice(start(part), start(part + 1)),
  }))
}
