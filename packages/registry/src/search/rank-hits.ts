import type { SearchSort } from '@rbee/schema'
import { type ExactMatches, exactPart, type Ranked, sortKeys, TEXT_SCORES, type View } from '@rbee/search'
import type { Matches } from './match-query.ts'

/** What passed the filters, as it is put in order. @param passed indexes into the hits. @param day days since the epoch. */
export function rankHits(
  view: View,
  { places, texts }: Pick<Matches, 'places' | 'texts'>,
  passed: Uint32Array,
  sort: SearchSort,
  exact: ExactMatches,
  day: number,
): Ranked {
  const { versions } = view
  const qualities = view.qualities(day)
  const score = (index: number) => {
    const hit = passed[index] ?? 0
    const place = places[hit] ?? 0
    const text = texts?.[hit] ?? 0
    return exactAt(place, text) + text + (qualities[place] ?? 0)
  }

  /** Who is named by a query has all of its words in names: nobody else has to be compared with it. */
  function exactAt(place: number, text: number): number {
    const version = text < TEXT_SCORES.names ? undefined : versions[place]
    return version === undefined ? 0 : exactPart(version, exact)
  }

  const placeAt = (index: number) => places[passed[index] ?? 0] ?? 0
  const keyOf = sortKeys(sort, view)
  return {
    length: passed.length,
    key: keyOf === null ? score : (index) => keyOf(placeAt(index)),
    worker: (index) => versions[placeAt(index)]?.worker ?? '',
  }
}
