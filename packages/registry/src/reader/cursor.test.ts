import { RbeeError, workerIdSchema } from '@rbee/schema'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { decodeCursor, encodeCursor } from './cursor.ts'

const id = fc
  .stringMatching(/^[a-z0-9][a-z0-9-]{0,60}[a-z0-9]$/)
  .filter((text) => workerIdSchema.safeParse(text).success)
  .map((text) => workerIdSchema.parse(text))

it('leads back to the id it was made of', () => {
  fc.assert(
    fc.property(id, (last) => {
      expect(decodeCursor(encodeCursor(last))).toBe(last)
    }),
  )
})

it('is refused by its code, or is the one way to write an id, whatever it holds', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.base64String(),
    fc.tuple(id, fc.string({ maxLength: 3 })).map(([last, tail]) => encodeCursor(last) + tail),
  )
  fc.assert(
    fc.property(hostile, (cursor) => {
      try {
        expect(encodeCursor(decodeCursor(cursor))).toBe(cursor)
      } catch (error) {
        if (!(error instanceof RbeeError)) throw error
        expect(error.code).toBe('invalid_cursor')
      }
    }),
    { numRuns: 500 },
  )
})
