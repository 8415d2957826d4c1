import type { SearchSort } from '@rbee/schema'
import type { Version } from '../columns/columns.ts'

/** A hit with what it is sorted by: the most first, names from the beginning; of equal ones the first by worker. */
export interface Ranked {
  readonly version: Version
  readonly text: number
  readonly key: number | string
}

/**
 * The first `limit` hits behind a place, in order. Never sorts all: of 100,000 hits a page needs some dozens.
 *
 * @param after the last hit of the page before.
 */
export function selectPage(
  hits: Iterable<Ranked>,
  limit: number,
  after: { readonly key: number | string; readonly worker: string } | null,
): Ranked[] {
  const best: Ranked[] = []
  for (const hit of hits) {
    if (after !== null && compare(hit.key, hit.version.worker, after.key, after.worker) <= 0) continue
    const last = best[best.length - 1]
    if (best.length >= limit && last !== undefined && isBefore(last, hit)) continue
    insert(best, hit)
    if (best.length > limit) best.pop()
  }
  return best
}

function insert(best: Ranked[], hit: Ranked): void {
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

function isBefore(a: Ranked, b: Ranked): boolean {
  return compare(a.key, a.version.worker, b.key, b.version.worker) < 0
}

function compare(a: number | string, aWorker: string, b: number | string, bWorker: string): number {
  if (a !== b) {
    if (typeof a === 'number' && typeof b === 'number') return b - a
    return String(a) < String(b) ? -1 : 1
  }
  return aWorker < bWorker ? -1 : aWorker > bWorker ? 1 : 0
}

/** What a hit is sorted by. Nobody can give a rating yet; workers of equal rating go by downloads. */
export function sortKey(sort: SearchSort, version: Version, score: () => number): number | string {
  switch (sort) {
    case 'relevance':
      return score()
    case 'recent':
      return version.publishedAt
    case 'downloads':
    case 'rating':
      return version.downloads
    case 'name':
      return version.name
  }
}
