import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createKeySearch } from './key-search.ts'
import { lastAtMost } from './last-at-most.ts'

it('finds what a search without memory finds, in whatever order it is asked', () => {
  const number = fc.integer({ min: -50, max: 50 })
  fc.assert(
    fc.property(fc.array(number, { maxLength: 20 }), fc.array(number, { minLength: 1 }), (keys, values) => {
      const rising = keys.toSorted((a, b) => a - b)
      const search = createKeySearch(rising)
      for (const value of values) expect(search(value)).toBe(lastAtMost(rising, (key) => key, value))
    }),
  )
})
