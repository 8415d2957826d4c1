import type { Facets, SearchFilters } from '@rbee/schema'
import { SEARCH_FILTERS } from '@rbee/schema'
import type { LabelSets, Labels } from './label-sets.ts'
import { label } from './labels.ts'
import { namedFamily } from './license-families.ts'
import type { View } from './view.ts'

const TAGS_SHOWN = 30
const RATINGS = ['4', '3', '2', '1'] as const
/** Nobody can give a rating yet, so that no worker has one. */
const RATING = 0

/** Facets whose values are labels of the same name. */
const LABELLED = SEARCH_FILTERS.filter((filter) => filter !== 'min_rating')
type Labelled = (typeof LABELLED)[number]
const FACET_NAMES: readonly string[] = LABELLED

/** What of the hits passed, and how many hits each value of each filter has where that filter alone is not applied. */
export interface Filtered {
  /** Indexes into the hits. */
  readonly passed: Uint32Array
  readonly facets: Facets
}

/**
 * Goes through the hits once. A hit that fails one filter alone counts in the facet of that filter, one that fails none in
 * all of them.
 *
 * @param hits places of the view.
 * @param running the kinds of release that run on the machine that is asked about; null where all are wanted.
 */
export function applyFilters(
  view: View,
  hits: Uint32Array,
  filters: SearchFilters,
  running: ReadonlySet<number> | null,
): Filtered {
  const { labels } = view
  const wanted = wantedLabels(filters, labels)
  const ratingFails = filters.min_rating !== null && RATING < filters.min_rating ? RATING_BIT : 0
  if (wanted.filters === 0 && ratingFails === 0 && running === null) return unfiltered(view, hits)
  const bits = bitsOf(labels)
  const counts = new Uint32Array(labels.texts.length)
  const { starts, members } = labels
  const passed = new Uint32Array(hits.length)
  let count = 0
  let unrated = 0
  for (let index = 0; index < hits.length; index += 1) {
    const place = hits[index] ?? 0
    if (running !== null && !running.has(view.fits[place] ?? -1)) continue
    const set = view.labelSets[place] ?? 0
    const [from, to] = [starts[set] ?? 0, starts[set + 1] ?? 0]
    const failed = failedFilters(members, from, to, wanted) | ratingFails
    if (failed === 0) {
      passed[count] = index
      count += 1
    }
    if ((failed & ~RATING_BIT) === 0) unrated += 1
    // Two filters that fail are one too many for every facet.
    if ((failed & (failed - 1)) !== 0) continue
    for (let at = from; at < to; at += 1) {
      const number = members[at] ?? 0
      if (failed === 0 || failed === bits[number]) counts[number] = (counts[number] ?? 0) + 1
    }
  }
  return { passed: passed.subarray(0, count), facets: facetsOf(counts, labels, unrated, wanted.tags) }
}

const NO_TAGS: ReadonlySet<number> = new Set()
const everything = new WeakMap<View, Filtered>()

/** The same where nothing is asked of the hits. What is true of the whole catalog is counted once for each moment. */
function unfiltered(view: View, hits: Uint32Array): Filtered {
  const isAll = hits === view.places
  const known = isAll ? everything.get(view) : undefined
  if (known !== undefined) return known
  const counts = labelCounts(view, hits)
  const passed = isAll ? hits : Uint32Array.from(hits, (_, index) => index)
  const filtered = { passed, facets: facetsOf(counts, view.labels, hits.length, NO_TAGS) }
  if (isAll) everything.set(view, filtered)
  return filtered
}

/** How many of the hits have each label. */
export function labelCounts({ labels, labelSets }: View, hits: Uint32Array): Uint32Array {
  const { starts, members, texts } = labels
  const counts = new Uint32Array(texts.length)
  for (let index = 0; index < hits.length; index += 1) {
    const set = labelSets[hits[index] ?? 0] ?? 0
    const to = starts[set + 1] ?? 0
    for (let at = starts[set] ?? 0; at < to; at += 1) {
      const number = members[at] ?? 0
      counts[number] = (counts[number] ?? 0) + 1
    }
  }
  return counts
}

const RATING_BIT = 1 << LABELLED.length

interface Wanted {
  /** Bits of the filters that are set. */
  readonly filters: number
  /** For each label the bit of the filter that it passes by itself, or 0. */
  readonly passes: Uint16Array
  /** The labels of tags, of which a hit needs all. */
  readonly tags: ReadonlySet<number>
  /** How many these are, with those that no worker has. */
  readonly tagCount: number
}

const TAG_BIT = 1 << LABELLED.indexOf('tag')

function wantedLabels(filters: SearchFilters, { numberOf, texts }: Labels): Wanted {
  const passes = new Uint16Array(texts.length)
  const tags = new Set<number>()
  let set = 0
  let tagCount = 0
  for (const [index, filter] of LABELLED.entries()) {
    const values = [...new Set(labelTexts(filter, filters))]
    if (values.length > 0) set |= 1 << index
    if (filter === 'tag') tagCount = values.length
    for (const text of values) {
      const number = numberOf(text)
      if (number === null) continue
      if (filter === 'tag') tags.add(number)
      else passes[number] = 1 << index
    }
  }
  return { filters: set, passes, tags, tagCount }
}

function labelTexts(filter: Labelled, filters: SearchFilters): string[] {
  if (filter !== 'license') return filters[filter].map((value) => label(filter, value))
  return filters.license.map((value) => {
    const family = namedFamily(value)
    return family === null ? label('license-id', value.toLowerCase()) : label('license', family)
  })
}

function failedFilters(
  members: Uint32Array,
  from: number,
  to: number,
  { filters, passes, tags, tagCount }: Wanted,
): number {
  if (filters === 0) return 0
  let passed = 0
  let tagged = 0
  for (let at = from; at < to; at += 1) {
    const number = members[at] ?? 0
    passed |= passes[number] ?? 0
    if (tagCount > 0 && tags.has(number)) tagged += 1
  }
  if (tagCount > 0 && tagged === tagCount) passed |= TAG_BIT
  return filters & ~passed
}

const bitCache = new WeakMap<readonly string[], number[]>()

/** For each label the bit of its facet; 0 for those of none. Labels are only ever added. */
function bitsOf({ texts }: Labels): readonly number[] {
  const bits = bitCache.get(texts) ?? []
  for (let index = bits.length; index < texts.length; index += 1) bits.push(facetBit(texts[index] ?? ''))
  bitCache.set(texts, bits)
  return bits
}

function facetBit(text: string): number {
  const kind = text.slice(0, text.indexOf(':'))
  const index = FACET_NAMES.indexOf(kind)
  return index === -1 ? 0 : 1 << index
}

/** @param chosen tags that are asked for: they are listed however few have them. */
function facetsOf(
  counts: Uint32Array,
  labels: LabelSets,
  unrated: number,
  chosen: ReadonlySet<number>,
): Facets {
  const { texts } = labels
  const bits = bitsOf(labels)
  const lists = LABELLED.map((): { value: string; count: number }[] => [])
  for (let index = 0; index < counts.length; index += 1) {
    const count = counts[index] ?? 0
    const bit = bits[index] ?? 0
    const text = texts[index]
    if (count === 0 || bit === 0 || text === undefined) continue
    lists[31 - Math.clz32(bit)]?.push({ value: text.slice(text.indexOf(':') + 1), count })
  }
  const isChosen = (tag: string) => chosen.has(labels.numberOf(label('tag', tag)) ?? -1)
  const facet = (filter: Labelled) =>
    (lists[LABELLED.indexOf(filter)] ?? []).sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
  return {
    platform: facet('platform'),
    arch: facet('arch'),
    license: facet('license'),
    feature: facet('feature'),
    tag: facet('tag').filter(({ value }, index) => index < TAGS_SHOWN || isChosen(value)),
    min_rating: RATINGS.map((value) => ({ value, count: RATING >= Number(value) ? unrated : 0 })),
    price: facet('price'),
    source: facet('source'),
    format: facet('format'),
  }
}
