import { readQuery, suggestionOf, tiersOfAll, tiersOfEach } from '@rbee/search'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { openSqliteDatabase } from './index.ts'

const OPERATORS = [
  'AND',
  'OR',
  'NOT',
  'NEAR(',
  '"',
  '""',
  '*',
  '^',
  ':',
  '{',
  '}',
  '(',
  ')',
  '-',
  '+',
  '\\',
  "'",
  ';',
  '\0',
]
const typed = fc
  .array(
    fc.oneof(
      fc.constantFrom(...OPERATORS),
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom('sd', 'speech to text', 'zebra'),
    ),
    {
      maxLength: 12,
    },
  )
  .map((parts) => parts.join(' '))

it('asks FTS5 nothing that it refuses, whatever is typed', async () => {
  const database = openSqliteDatabase(':memory:')
  await fc.assert(
    fc.asyncProperty(typed, async (text) => {
      const query = readQuery(text)
      if (query.terms.length === 0) return
      const questions = [
        ...tiersOfAll(query),
        ...tiersOfEach(query).flatMap(({ anywhere, ahead }) => [anywhere, ahead]),
        suggestionOf(query),
      ]
      const lists = await database.matchWords(questions, 1)
      expect(lists).toHaveLength(questions.length)
    }),
    { numRuns: 300 },
  )
  database.close()
})
