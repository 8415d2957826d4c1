import type { WordQuestion } from '@rbee/search'
import { sql } from 'drizzle-orm'
import type { Connection } from '../connection.ts'

/** Documents of one answer: their numbers are one text, which in D1 may have 2,000,000 bytes. */
const DOCS_AT_ONCE = 200_000

/** For each question the numbers of the documents that match, in their order. @param docs how many there may be. */
export async function matchWords(
  db: Connection,
  questions: readonly WordQuestion[],
  docs: number,
): Promise<Uint32Array[]> {
  const parts = await rangesOf(db, docs)
  const places = questions.flatMap((question, index) =>
    parts.map((part) => ({ index, statement: matching(db, question, part) })),
  )
  const [first, ...others] = places.map(({ statement }) => statement)
  if (first === undefined) return []
  const results = await db.batch([first, ...others])
  const texts = questions.map((_, index) =>
    results.flatMap((rows, place) => (places[place]?.index === index ? (rows[0]?.[0] ?? []) : [])).join(','),
  )
  return texts.map(numbersIn)
}

/** Ranges of document numbers whose answers are not too long; null for all. */
type Range = { readonly from: number; readonly to: number } | null

async function rangesOf(db: Connection, docs: number): Promise<Range[]> {
  if (docs <= DOCS_AT_ONCE) return [null]
  const [[last]] = await db.batch([db.all<[number | null]>(sql`select max(doc) from search_texts`)])
  const newest = last?.[0] ?? 0
  return Array.from({ length: Math.ceil((newest + 1) / DOCS_AT_ONCE) }, (_, part) => ({
    from: part * DOCS_AT_ONCE,
    to: (part + 1) * DOCS_AT_ONCE - 1,
  }))
}

function matching(db: Connection, { expression, isAhead }: WordQuestion, range: Range) {
  const between = range === null ? sql`true` : sql`rowid between ${range.from} and ${range.to}`
  return isAhead
    ? db.all<[string | null]>(sql`
        select group_concat(rowid) from search_heads where search_heads match ${expression} and ${between}`)
    : db.all<[string | null]>(sql`
        select group_concat(rowid) from search_words where search_words match ${expression} and ${between}`)
}

/** Reads `1,5,9`. Splitting 100,000 numbers into texts first would take most of a search. */
function numbersIn(text: string): Uint32Array {
  const numbers = new Uint32Array((text.length >> 1) + 1)
  let count = 0
  let number = 0
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (code === COMMA) {
      numbers[count] = number
      count += 1
      number = 0
    } else number = number * 10 + code - ZERO
  }
  if (text !== '') {
    numbers[count] = number
    count += 1
  }
  return numbers.subarray(0, count)
}

const COMMA = 44
const ZERO = 48
