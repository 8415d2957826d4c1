import { STOP_WORDS } from '../words/stop-words.ts'
import { orderedLength } from '../words/synonyms.ts'
import { fold, tokensOf } from '../words/tokens.ts'

/** Words beyond these are passed over: each costs the database a list. */
export const WORDS_MAX = 8
/** Shorter beginnings of words would match a large part of every catalog. */
const PREFIX_FROM = 2

/** What has to stand in a hit: one word, or several in this order behind each other: in quotes, or a term of the field. */
export interface QueryTerm {
  readonly words: readonly string[]
  /** Whether the last word may go on: it may still be being typed. */
  readonly prefix: boolean
  /** Whether it was written in quotes: then nothing but these words will do. */
  readonly quoted: boolean
}

export interface Query {
  /** As it was asked, without blanks around. */
  readonly text: string
  /** None where nothing is looked for. */
  readonly terms: readonly QueryTerm[]
  /** Ids that the query may be, whole, as people type ids. */
  readonly ids: readonly string[]
}

/**
 * Reads what somebody typed: words, and phrases in quotes. There are no operators; signs of other search languages
 * separate words like every other sign.
 */
export function readQuery(text: string): Query {
  const trimmed = text.trim()
  const terms: QueryTerm[] = []
  for (const [index, part] of trimmed.split(/["\u201c\u201d\u201e\u00ab\u00bb]/u).entries()) {
    const words = tokensOf(part)
    if (words.length === 0) continue
    // Between the first and the second quote, the third and the fourth …; an open quote lasts to the end.
    if (index % 2 === 1) terms.push({ words: words.slice(0, WORDS_MAX), prefix: false, quoted: true })
    else terms.push(...termsOf(words))
  }
  return { text: trimmed, terms: withPrefix(bounded(terms), trimmed), ids: idsOf(trimmed) }
}

/** Words one by one, but those of the field that need their order together: speech to text is not text to speech. */
function termsOf(words: readonly string[]): QueryTerm[] {
  const terms: QueryTerm[] = []
  for (let index = 0; index < words.length; ) {
    const length = orderedLength(words, index)
    terms.push({ words: words.slice(index, index + length), prefix: false, quoted: false })
    index += length
  }
  return terms
}

/** Without words that say nothing, and without those that stand twice; but not without all. */
function bounded(terms: readonly QueryTerm[]): QueryTerm[] {
  const telling = terms.filter(
    ({ words, quoted }) => quoted || words.length > 1 || !STOP_WORDS.has(words[0] ?? ''),
  )
  const distinct = new Map((telling.length > 0 ? telling : terms).map((term) => [term.words.join(' '), term]))
  const kept: QueryTerm[] = []
  let words = 0
  for (const term of distinct.values()) {
    words += term.words.length
    if (words > WORDS_MAX) break
    kept.push(term)
  }
  return kept
}

function withPrefix(terms: readonly QueryTerm[], text: string): QueryTerm[] {
  const last = terms.at(-1)
  const word = last?.words[0] ?? ''
  const goesOn =
    last !== undefined &&
    !last.quoted &&
    last.words.length === 1 &&
    word.length >= PREFIX_FROM &&
    /[\p{L}\p{N}]$/u.test(text)
  // A stop word at the end was passed over: then the word before it is whole.
  const isTyped = goesOn && tokensOf(text).at(-1) === word
  return isTyped ? [...terms.slice(0, -1), { ...last, prefix: true }] : [...terms]
}

const ID_MAX = 100

function idsOf(text: string): string[] {
  const folded = fold(text)
  const ids = [folded, folded.replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '')]
  return [...new Set(ids)].filter((id) => id.length <= ID_MAX && /^[a-z0-9-]+$/.test(id))
}
