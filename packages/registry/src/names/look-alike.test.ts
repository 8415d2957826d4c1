import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { foldForSight, isWithinOneEdit } from './look-alike.ts'

describe('foldForSight', () => {
  it('folds what is folded already to itself', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9-]{1,30}$/), (id) => {
        const folded = foldForSight(id)
        expect(folded).toMatch(/^[a-z2-9]*$/)
        expect(folded).not.toMatch(/rn|vv|[i05]/)
      }),
    )
  })
})

describe('isWithinOneEdit', () => {
  it('agrees with the textbook distance on words of a small alphabet', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 7 })
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(isWithinOneEdit(a, b)).toBe(textbookDistance(a, b) <= 1)
      }),
      { numRuns: 3000 },
    )
  })
})

/** Optimal string alignment, the table way: slow, and independent of the code under test. */
function textbookDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)]
  const at = (row: number, column: number) => rows[row]?.[column] ?? Number.POSITIVE_INFINITY
  for (let row = 1; row <= a.length; row += 1) {
    rows[row] = [row]
    for (let column = 1; column <= b.length; column += 1) {
      const cost = a[row - 1] === b[column - 1] ? 0 : 1
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      const best = Math.min(
        at(row - 1, column) + 1,
        at(row, column - 1) + 1,
        at(row - 1, column - 1) + cost,
        swapped ? at(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY,
      )
      rows[row]?.push(best)
    }
  }
  return at(a.length, b.length)
}
