import {
  type Matching,
  nearWords,
  type Query,
  type QueryTerm,
  readQuery,
  searchedWords,
  tiersOfAll,
  tiersOfEach,
  type View,
  wordQuestion,
} from '@rbee/search'
import type { SearchIndex } from '../ports/search-index.ts'
import type { AskWords } from './kept-lists.ts'

/** Workers that a query finds, and what the places of its words are worth. */
export interface Matches {
  /** Places of the view. */
  readonly places: Uint32Array
  /** Beside each place; null where no words were asked for. */
  readonly texts: Float64Array | null
  readonly matching: Matching
  /** What was searched for instead. */
  readonly corrected: string | null
}

/** What finding words takes. */
export interface MatchIndex extends Pick<SearchIndex, 'knownBeginnings' | 'listKnownWords'> {
  readonly askWords: AskWords
}

/** With fewer hits than these, hits that lack one of three or more words are listed behind them. */
const FEW = 5
/** A hit that has all but one of the words, and one that has some of them, at most. */
const MOST_SCORE = 1
const ANY_SCORE = 4
/** Corrections that are tried, one after the other. */
const TRIED = 3
/** Known words that are counted before one of them is taken for what was meant. */
const COUNTED = 16

/**
 * Finds what has all words; where nothing has, what has the words that were probably meant; then what has some of them.
 *
 * @param forced how the first page was found, so that all pages are found alike.
 */
export async function matchQuery(
  index: MatchIndex,
  view: View,
  query: Query,
  forced: Pick<Matches, 'matching' | 'corrected'> | null,
): Promise<Matches> {
  if (query.terms.length === 0) {
    return { places: view.places, texts: null, matching: 'all', corrected: null }
  }
  const meant = forced?.corrected == null ? query : readQuery(forced.corrected)
  const all = await matchAll(index, view, meant)
  if (forced !== null) {
    const found = { ...all, corrected: forced.corrected }
    return forced.matching === 'all' ? found : matchSome(index, view, meant, found, forced.matching)
  }
  if (all.places.length >= FEW) return all
  if (all.places.length > 0) return meant.terms.length < 3 ? all : matchSome(index, view, meant, all, 'most')
  for (const corrected of await corrections(index, view, query)) {
    const found = await matchAll(index, view, readQuery(corrected))
    if (found.places.length > 0) return { ...found, corrected }
  }
  return query.terms.length < 2 ? all : matchSome(index, view, query, all, 'any')
}

async function matchAll(index: MatchIndex, view: View, query: Query): Promise<Matches> {
  const tiers = tiersOfAll(query)
  const lists = await index.askWords(view, tiers)
  const places = view.placesOf(lists[0] ?? new Uint32Array())
  const texts = new Float64Array(places.length).fill(tiers[0]?.text ?? 0)
  // The sets come by worth, so that the last that a hit is in is its best.
  for (const [tier, { text }] of tiers.entries()) {
    if (tier > 0) raise(texts, places, view.placesOf(lists[tier] ?? new Uint32Array()), text)
  }
  return { places, texts, matching: 'all', corrected: null }
}

/** Both lists are in order, so that one walk through each is enough. */
function raise(texts: Float64Array, places: Uint32Array, better: Uint32Array, text: number): void {
  let at = 0
  for (const place of better) {
    while (at < places.length && (places[at] ?? 0) < place) at += 1
    if (places[at] === place) texts[at] = text
  }
}

/**
 * Adds what has all words but one (`most`), or any of them: then each word counts by how rare it is, so that what is
 * everywhere moves nothing.
 */
async function matchSome(
  index: MatchIndex,
  view: View,
  query: Query,
  all: Matches,
  matching: 'most' | 'any',
): Promise<Matches> {
  const parts = tiersOfEach(query)
  const total = view.versions.length
  const lists = await index.askWords(
    view,
    parts.flatMap(({ anywhere, ahead }) => [anywhere, ahead]),
  )
  const rarity = parts.map((_, part) => Math.log(1 + total / (1 + (lists[2 * part]?.length ?? 0))))
  const sum = rarity.reduce((one, other) => one + other, 0)
  const had = new Uint8Array(total)
  const worth = new Float64Array(total)
  for (const [part] of parts.entries()) {
    const weight = (rarity[part] ?? 0) / sum
    for (const place of view.placesOf(lists[2 * part] ?? new Uint32Array())) {
      had[place] = (had[place] ?? 0) + 1
      worth[place] = (worth[place] ?? 0) + weight / 2
    }
    for (const place of view.placesOf(lists[2 * part + 1] ?? new Uint32Array())) {
      worth[place] = (worth[place] ?? 0) + weight / 2
    }
  }
  const least = matching === 'most' ? parts.length - 1 : 1
  const share = matching === 'most' ? MOST_SCORE : ANY_SCORE
  const full = new Map(Array.from(all.places, (place, at) => [place, all.texts?.[at] ?? 0]))
  const places = view.places.filter((place) => full.has(place) || (had[place] ?? 0) >= least)
  const texts = Float64Array.from(places, (place) => full.get(place) ?? share * (worth[place] ?? 0))
  return { ...all, places, texts, matching }
}

/** The query with its unknown words replaced by known ones that are near; the most likely first. */
async function corrections(index: MatchIndex, view: View, query: Query): Promise<string[]> {
  const words = [...new Set(query.terms.flatMap((term) => (term.quoted ? [] : term.words)))]
  const known = await index.knownBeginnings(words)
  const unknown = words.filter((word) => !known.has(word))
  const near = new Map<string, string[]>()
  const counted = Math.floor(COUNTED / Math.max(1, unknown.length))
  for (const word of unknown) near.set(word, await likelyWords(index, view, word, counted))
  if (![...near.values()].some((others) => others.length > 0)) return []
  return Array.from({ length: TRIED }, (_, attempt) => correctedText(query.terms, near, attempt)).filter(
    (text, place, list) => list.indexOf(text) === place,
  )
}

function correctedText(
  terms: readonly QueryTerm[],
  near: ReadonlyMap<string, readonly string[]>,
  attempt: number,
): string {
  return terms
    .map(({ words, quoted }) => {
      const text = words.map((word) => near.get(word)?.[attempt] ?? near.get(word)?.[0] ?? word).join(' ')
      return quoted ? `"${text}"` : text
    })
    .join(' ')
}

/** Known words that a mistyped one may mean: the nearest first, of equal ones the one that more workers use. */
async function likelyWords(index: MatchIndex, view: View, word: string, counted: number): Promise<string[]> {
  const searched = searchedWords(word)
  if (searched === null) return []
  const known = await index.listKnownWords(searched.beginnings, searched.length)
  const near = nearWords(word, new Set(known)).slice(0, counted)
  if (near.length < 2) return near.map((one) => one.word)
  const lists = await index.askWords(
    view,
    near.map((one) => wordQuestion(one.word)),
  )
  return near
    .map((one, place) => ({ ...one, uses: lists[place]?.length ?? 0 }))
    .toSorted((a, b) => a.distance - b.distance || b.uses - a.uses)
    .map((one) => one.word)
}
