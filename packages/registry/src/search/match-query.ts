import {
  type Columns,
  type Matching,
  nearWords,
  type Query,
  readQuery,
  tiersOfAll,
  tiersOfEach,
  type Version,
} from '@rbee/search'
import type { SearchIndex } from '../ports/search-index.ts'

/** Workers that a query finds, and what the places of its words are worth. */
export interface Matches {
  readonly versions: readonly Version[]
  /** Beside each version. */
  readonly texts: readonly number[]
  readonly matching: Matching
  /** What was searched for instead. */
  readonly corrected: string | null
}

type MatchIndex = Pick<SearchIndex, 'matchWords' | 'knownBeginnings' | 'listKnownWords'>

/** With fewer hits than these, hits that lack one of three or more words are listed behind them. */
const FEW = 5
/** A hit that has all but one of the words, and one that has some of them, at most. */
const MOST_SCORE = 1
const ANY_SCORE = 4
/** Known words that a mistyped one is compared with. */
const COMPARED = 20_000
const TRIED = 3

/**
 * Finds what has all words; where nothing has, what has the words that were probably meant; then what has some of them.
 *
 * @param forced how the first page was found, so that all pages are found alike.
 */
export async function matchQuery(
  index: MatchIndex,
  columns: Columns,
  moment: number,
  query: Query,
  forced: Pick<Matches, 'matching' | 'corrected'> | null,
): Promise<Matches> {
  if (query.terms.length === 0) return everything(columns, moment)
  const meant = forced?.corrected == null ? query : readQuery(forced.corrected)
  const all = await matchAll(index, columns, moment, meant)
  if (forced !== null) {
    const found = { ...all, corrected: forced.corrected }
    return forced.matching === 'all'
      ? found
      : matchSome(index, columns, moment, meant, found, forced.matching)
  }
  if (all.versions.length >= FEW) return all
  if (all.versions.length > 0)
    return meant.terms.length < 3 ? all : matchSome(index, columns, moment, meant, all, 'most')
  for (const corrected of await corrections(index, query)) {
    const found = await matchAll(index, columns, moment, readQuery(corrected))
    if (found.versions.length > 0) return { ...found, corrected }
  }
  return query.terms.length < 2 ? all : matchSome(index, columns, moment, query, all, 'any')
}

function everything(columns: Columns, moment: number): Matches {
  const versions = columns.all(moment)
  return { versions, texts: new Array<number>(versions.length).fill(0), matching: 'all', corrected: null }
}

async function matchAll(index: MatchIndex, columns: Columns, moment: number, query: Query): Promise<Matches> {
  const tiers = tiersOfAll(query)
  const lists = await index.matchWords(tiers.map(({ expression }) => expression))
  const versions: Version[] = []
  const texts: number[] = []
  const better = tiers
    .slice(1)
    .map(({ text }, place) => ({ text, docs: lists[place + 1], next: 0 }))
    .reverse()
  for (const doc of lists[0] ?? []) {
    const version = columns.at(doc, moment)
    if (version === null) continue
    let text = tiers[0]?.text ?? 0
    // All lists are in the order of documents, so that one walk through each is enough.
    for (const tier of better) {
      const { docs } = tier
      if (docs === undefined) continue
      while (tier.next < docs.length && (docs[tier.next] ?? 0) < doc) tier.next += 1
      if (docs[tier.next] === doc && tier.text > text) text = tier.text
    }
    versions.push(version)
    texts.push(text)
  }
  return { versions, texts, matching: 'all', corrected: null }
}

/**
 * Adds what has all words but one (`most`), or any of them: then each word counts by how rare it is, so that what is
 * everywhere moves nothing.
 */
async function matchSome(
  index: MatchIndex,
  columns: Columns,
  moment: number,
  query: Query,
  all: Matches,
  matching: 'most' | 'any',
): Promise<Matches> {
  const parts = tiersOfEach(query)
  const lists = await index.matchWords(parts.flatMap(({ anywhere, ahead }) => [anywhere, ahead]))
  const counts = new Map<number, { parts: number; text: number }>()
  const total = Math.max(1, columns.all(moment).length)
  const rarity = parts.map((_, part) => Math.log(1 + total / (1 + (lists[2 * part]?.length ?? 0))))
  const sum = rarity.reduce((one, other) => one + other, 0)
  for (const [part] of parts.entries()) {
    const weight = (rarity[part] ?? 0) / sum
    for (const doc of lists[2 * part] ?? []) {
      const count = counts.get(doc) ?? { parts: 0, text: 0 }
      count.parts += 1
      count.text += weight / 2
      counts.set(doc, count)
    }
    for (const doc of lists[2 * part + 1] ?? []) {
      const count = counts.get(doc)
      if (count !== undefined) count.text += weight / 2
    }
  }
  const least = matching === 'most' ? parts.length - 1 : 1
  const found = new Set(all.versions.map(({ doc }) => doc))
  const versions = [...all.versions]
  const texts = [...all.texts]
  for (const [doc, count] of counts) {
    const version = found.has(doc) || count.parts < least ? null : columns.at(doc, moment)
    if (version === null) continue
    versions.push(version)
    texts.push(matching === 'most' ? MOST_SCORE * count.text : ANY_SCORE * count.text)
  }
  return { ...all, versions, texts, matching }
}

/** The query with its unknown words replaced by known ones that are near; the nearest first. */
async function corrections(index: MatchIndex, query: Query): Promise<string[]> {
  const words = [...new Set(query.terms.flatMap((term) => (term.quoted ? [] : term.words)))]
  const known = await index.knownBeginnings(words)
  const unknown = words.filter((word) => !known.has(word))
  const near = new Map<string, string[]>()
  for (const word of unknown) near.set(word, nearWords(word, await wordsLike(index, word)).slice(0, TRIED))
  if (![...near.values()].some((others) => others.length > 0)) return []
  return Array.from({ length: TRIED }, (_, attempt) =>
    query.terms
      .map(({ words: own, quoted }) => {
        const text = own.map((word) => near.get(word)?.[attempt] ?? near.get(word)?.[0] ?? word).join(' ')
        return quoted ? `"${text}"` : text
      })
      .join(' '),
  ).filter((text, place, list) => list.indexOf(text) === place)
}

/** Known words that begin with the first or the second letter: few errors are made in the first. */
async function wordsLike(index: MatchIndex, word: string): Promise<string[]> {
  const [first = '', second = ''] = [...word]
  const lists = await Promise.all(
    [...new Set([first, second])].map((letter) => index.listKnownWords(letter, COMPARED)),
  )
  return lists.flat()
}
