import type { SearchSort } from '@rbee/schema'
import type { View } from '../columns/view.ts'

/** What hits are sorted by: the most first, names from the beginning; of equal ones the first by worker. */
export type SortKey = number | string

/** Hits that wait to be put in order. */
export interface Ranked {
  readonly length: number
  key(index: number): SortKey
  worker(index: number): string
}

interface Place {
  readonly index: number
  readonly key: SortKey
  readonly worker: string
}

/**
 * The first `limit` hits behind a place, in order. Never sorts all: of 100,000 hits a page needs some dozens.
 *
 * @param after the last hit of the page before.
 */
export function selectPage(
  hits: Ranked,
  limit: number,
  after: { readonly key: SortKey; readonly worker: string } | null,
): { readonly index: number; readonly key: SortKey }[] {
  const best: Place[] = []
  for (let index = 0; index < hits.length; index += 1) {
    const key = hits.key(index)
    if (after !== null && isAhead(key, after.key)) continue
    const last = best.length < limit ? undefined : best[best.length - 1]
    if (last !== undefined && isAhead(last.key, key)) continue
    const hit = { index, key, worker: hits.worker(index) }
    if (after !== null && !isBefore(after, hit)) continue
    if (last !== undefined && isBefore(last, hit)) continue
    insert(best, hit)
    if (best.length > limit) best.pop()
  }
  return best
}

function insert(best: Place[], hit: Place): void {
  let low = 0
  let high = best.length
  while (low < high) {
    const middle = (low + high) >> 1
    const other = best[middle]
    if (other !== undefined && isBefore(other, hit)) low = middle + 1
    else high = middle
  }
  best.splice(low, 0, hit)
}

function isBefore(a: Pick<Place, 'key' | 'worker'>, b: Pick<Place, 'key' | 'worker'>): boolean {
  return a.key === b.key ? a.worker < b.worker : isAhead(a.key, b.key)
}

/** Whether `a` comes before `b` whatever workers they are of. */
function isAhead(a: SortKey, b: SortKey): boolean {
  return typeof a === 'number' && typeof b === 'number' ? a > b : String(a) < String(b)
}

/** What the version at a place is sorted by; null for its score. Nobody can give a rating yet; workers of equal rating go by downloads. */
export function sortKeys(sort: Exclude<SearchSort, 'relevance'>, view: View): (place: number) => SortKey
export function sortKeys(sort: SearchSort, view: View): ((place: number) => SortKey) | null
export function sortKeys(sort: SearchSort, { versions }: View): ((place: number) => SortKey) | null {
  switch (sort) {
    case 'relevance':
      return null
    case 'recent':
      return (place) => versions[place]?.publishedAt ?? 0
    case 'downloads':
    case 'rating':
      return (place) => versions[place]?.downloads ?? 0
    case 'name':
      return (place) => versions[place]?.name ?? ''
  }
}
