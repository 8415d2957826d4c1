import type { Highlight } from '@rbee/schema'
import type { Query } from '../query/read-query.ts'
import { synonymsOf } from '../words/synonyms.ts'
import { type Piece, piecesOf } from '../words/tokens.ts'

/** Characters of a README that are shown around the first word that was found, and those before it. */
const EXCERPT = 240
const EXCERPT_BEFORE = 60

/** The texts of a worker in which words may stand. */
export interface HitTexts {
  readonly id: string
  readonly name: string
  readonly tags: readonly string[]
  readonly description: string
  readonly readme: string
}

/** Sequences of words that are marked. */
interface Marked {
  readonly words: readonly string[]
  readonly prefix: boolean
}

/** Where the words of a query stand in the texts of a hit; a README only where nothing else has them. */
export function highlightsOf(query: Query, texts: HitTexts): Highlight[] {
  const marked = markedWords(query)
  if (marked.length === 0) return []
  const found: Highlight[] = []
  const look = (field: Highlight['field'], text: string) => {
    const ranges = rangesIn(piecesOf(text), marked)
    if (ranges.length > 0) found.push({ field, text, ranges })
  }
  look('id', texts.id)
  look('name', texts.name)
  look('tags', texts.tags.join(', '))
  look('description', texts.description)
  if (found.every(({ field }) => field === 'id' || field === 'tags')) {
    const excerpt = excerptOf(texts.readme, marked)
    if (excerpt !== null) found.push(excerpt)
  }
  return found
}

function markedWords({ terms }: Query): Marked[] {
  const all = terms.flatMap(({ words }) => words)
  const marked: Marked[] = terms.map(({ words, prefix }) => ({ words, prefix }))
  for (let begin = 0; begin < all.length; begin += 1) {
    for (let end = begin + 1; end <= all.length; end += 1) {
      for (const words of synonymsOf(all.slice(begin, end))) marked.push({ words, prefix: false })
    }
  }
  return marked
}

function rangesIn(pieces: readonly Piece[], marked: readonly Marked[]): [number, number][] {
  const ranges: [number, number][] = []
  for (let index = 0; index < pieces.length; index += 1) {
    for (const one of marked) {
      const end = endOf(pieces, index, one)
      if (end !== null) ranges.push([pieces[index]?.begin ?? 0, end])
    }
  }
  return joined(ranges)
}

/** Where the sequence ends that begins at a piece; null where it does not stand there. */
function endOf(pieces: readonly Piece[], index: number, { words, prefix }: Marked): number | null {
  for (const [offset, word] of words.entries()) {
    const token = pieces[index + offset]?.token
    const isLast = offset === words.length - 1
    const fits = token === word || (prefix && isLast && token?.startsWith(word) === true)
    if (!fits) return null
  }
  return pieces[index + words.length - 1]?.end ?? null
}

/** Sorted, with those that touch or overlap as one: pairs of letters that follow each other read as a word. */
function joined(ranges: readonly [number, number][]): [number, number][] {
  const result: [number, number][] = []
  for (const [begin, end] of ranges.toSorted((a, b) => a[0] - b[0] || a[1] - b[1])) {
    const last = result.at(-1)
    if (last !== undefined && begin <= last[1]) last[1] = Math.max(last[1], end)
    else result.push([begin, end])
  }
  return result
}

function excerptOf(readme: string, marked: readonly Marked[]): Highlight | null {
  const first = firstPlace(readme, marked)
  if (first === null) return null
  const begin = wordBorder(readme, first - EXCERPT_BEFORE)
  const text = readme.slice(begin, wordBorder(readme, begin + EXCERPT)).trim()
  const ranges = rangesIn(piecesOf(text), marked)
  return ranges.length === 0 ? null : { field: 'readme', text, ranges }
}

/** Where the first word stands. Most are found as they are written, without reading the whole text as words. */
function firstPlace(readme: string, marked: readonly Marked[]): number | null {
  const lower = readme.toLowerCase()
  const places = marked.flatMap(({ words }) => {
    const place = lower.indexOf(words.join(' '))
    return place === -1 ? [] : [place]
  })
  if (places.length > 0 && lower.length === readme.length) return Math.min(...places)
  return rangesIn(piecesOf(readme), marked)[0]?.[0] ?? null
}

/** The nearest place behind `place` where a word begins, so that nothing is cut. */
function wordBorder(text: string, place: number): number {
  if (place <= 0) return 0
  if (place >= text.length) return text.length
  const blank = text.indexOf(' ', place)
  if (blank !== -1 && blank - place < 40) return blank + 1
  // No blanks: scripts without them. Half of a surrogate pair is not left.
  return /[\udc00-\udfff]/.test(text[place] ?? '') ? place + 1 : place
}
