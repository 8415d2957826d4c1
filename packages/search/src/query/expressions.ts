import { LONGEST_TERM, synonymsOf, type Term } from '../words/synonyms.ts'
import type { Query, QueryTerm } from './read-query.ts'

// Expressions of SQLite's FTS5 (https://www.sqlite.org/fts5.html#full_text_query_syntax). Words come from `tokensOf`: they
// hold letters and digits alone, so that nothing a user types is ever read as an operator.

/** What the index is asked. */
export interface WordQuestion {
  readonly expression: string
  /** Whether READMEs are left out: their column is none of the expression's. */
  readonly isAhead: boolean
}

/** A set of hits, and what it is worth to be one of them. */
export interface Tier extends WordQuestion {
  readonly text: number
}

/** Alternatives of one part of a query, of which a hit has at least one. */
interface Part {
  /** As it was typed. */
  readonly direct: string
  /** That, what it may go on to, and what means the same. */
  readonly wide: string
}

const ALTERNATIVES_MAX = 12

/** What the words are worth by where they stand; see docs/search.md. */
export const TEXT_SCORES = {
  names: 10,
  tags: 8,
  meant: 6,
  sentence: 7,
  ahead: 5,
  meantAhead: 4,
  readme: 2,
} as const

/**
 * Hits that have all words, by worth; the first set holds all others. What a hit is worth is the most of the sets it is in.
 */
export function tiersOfAll(query: Query): Tier[] {
  const parts = partsOf(query.terms)
  const direct = parts.map((part) => part.direct).join(' AND ')
  const wide = parts.map((part) => part.wide).join(' AND ')
  const tiers: Tier[] = [
    { expression: wide, isAhead: false, text: TEXT_SCORES.readme },
    { expression: wide, isAhead: true, text: TEXT_SCORES.meantAhead },
    { expression: direct, isAhead: true, text: TEXT_SCORES.ahead },
    { expression: `{names tags} : (${wide})`, isAhead: true, text: TEXT_SCORES.meant },
    // One word in a description says little; all of several in one sentence is what was asked for.
    ...(parts.length > 1
      ? [
          { expression: `description : (${wide})`, isAhead: true, text: TEXT_SCORES.meant },
          { expression: `description : (${direct})`, isAhead: true, text: TEXT_SCORES.sentence },
        ]
      : []),
    { expression: `{names tags} : (${direct})`, isAhead: true, text: TEXT_SCORES.tags },
    { expression: `names : (${direct})`, isAhead: true, text: TEXT_SCORES.names },
  ]
  // Where nothing else is meant, two sets are the same: the better of them stays.
  return tiers.filter(
    ({ expression, isAhead }, index) =>
      !tiers.slice(index + 1).some((one) => one.expression === expression && one.isAhead === isAhead),
  )
}

/** For each part of the query the hits that have it: anywhere, and where it counts most. */
export function tiersOfEach(
  query: Query,
): { readonly anywhere: WordQuestion; readonly ahead: WordQuestion }[] {
  return partsOf(query.terms).map(({ wide }) => ({
    anywhere: { expression: wide, isAhead: false },
    ahead: { expression: wide, isAhead: true },
  }))
}

/** One word ahead of READMEs. */
export function wordQuestion(word: string): WordQuestion {
  return { expression: phrase([word], false), isAhead: true }
}

/** Names alone, for suggestions while somebody types. */
export function suggestionOf(query: Query): WordQuestion {
  const words = query.terms.map((term) => phrase(term.words, term.prefix)).join(' AND ')
  return { expression: `names : (${words})`, isAhead: true }
}

/** Single words, and the terms of several words that have synonyms, each as one part. */
function partsOf(terms: readonly QueryTerm[]): Part[] {
  const parts: Part[] = []
  for (let index = 0; index < terms.length; ) {
    const length = termLength(terms, index)
    const own = terms.slice(index, index + length)
    // A part of one term is a word, a phrase in quotes, or a term of the field that was typed as it is written.
    parts.push(length > 1 ? termPart(own) : wordPart(own[0]))
    index += length
  }
  return parts
}

/** How many of the words from `index` on are one term of the field. */
function termLength(terms: readonly QueryTerm[], index: number): number {
  for (let length = Math.min(LONGEST_TERM, terms.length - index); length > 1; length -= 1) {
    const own = terms.slice(index, index + length)
    if (own.some(({ quoted }) => quoted)) continue
    if (synonymsOf(own.flatMap(({ words }) => words)).length > 0) return length
  }
  return 1
}

function termPart(own: readonly QueryTerm[]): Part {
  const words = own.flatMap((term) => term.words)
  const direct = own.map((term) => phrase(term.words, false)).join(' AND ')
  const typed = own.map((term) => phrase(term.words, term.prefix)).join(' AND ')
  return { direct: `(${direct})`, wide: anyOf([`(${typed})`, ...meaning(words)]) }
}

function wordPart(term: QueryTerm | undefined): Part {
  const { words, prefix, quoted } = term ?? { words: [], prefix: false, quoted: true }
  const direct = phrase(words, false)
  if (quoted) return { direct, wide: direct }
  return { direct, wide: anyOf([phrase(words, prefix), ...meaning(words)]) }
}

function meaning(words: Term): string[] {
  return synonymsOf(words).map((term) => phrase(term, false))
}

function anyOf(alternatives: readonly string[]): string {
  const [only, ...others] = alternatives.slice(0, ALTERNATIVES_MAX)
  return others.length === 0 ? (only ?? '""') : `(${[only, ...others].join(' OR ')})`
}

function phrase(words: Term, prefix: boolean): string {
  const text = `"${words.join(' ')}"`
  return prefix ? `${text} *` : text
}
