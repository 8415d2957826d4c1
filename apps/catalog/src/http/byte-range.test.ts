import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseByteRange } from './byte-range.ts'

describe('a byte range', () => {
  it.each([
    ['bytes=0-9', { start: 0, end: 9 }],
    ['bytes=0-', { start: 0, end: 99 }],
    ['bytes=99-99', { start: 99, end: 99 }],
    ['bytes=50-1000', { start: 50, end: 99 }],
    ['bytes=-1', { start: 99, end: 99 }],
    ['bytes=-100', { start: 0, end: 99 }],
    ['bytes=-101', { start: 0, end: 99 }],
    ['BYTES= 1-2 ', { start: 1, end: 2 }],
  ])('%s of 100 bytes is cut to the file', (field, range) => {
    expect(parseByteRange(field, 100)).toEqual(range)
  })

  it.each(['bytes=100-', 'bytes=100-200', 'bytes=-0', `bytes=${'9'.repeat(400)}-`])(
    '%s of 100 bytes lies outside',
    (field) => {
      expect(parseByteRange(field, 100)).toBe('unsatisfiable')
    },
  )

  it.each([
    '',
    'bytes',
    'bytes=',
    'bytes=-',
    'bytes=1-2,3-4',
    'bytes=5-4',
    'bytes=a-',
    'bytes=1.5-2',
    'items=0-1',
    'bytes=--1',
  ])('%s is ignored', (field) => {
    expect(parseByteRange(field, 100)).toBe('whole')
  })

  it('lies inside the file, whatever is asked for', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1000 }),
        fc.nat(),
        fc.nat(),
        fc.string(),
        (size, first, last, noise) => {
          for (const field of [
            `bytes=${first}-${last}`,
            `bytes=${first}-`,
            `bytes=-${last}`,
            `bytes=${noise}`,
          ]) {
            const range = parseByteRange(field, size)
            if (typeof range === 'string') continue
            expect(range.start).toBeGreaterThanOrEqual(0)
            expect(range.start).toBeLessThanOrEqual(range.end)
            expect(range.end).toBeLessThan(size)
          }
        },
      ),
    )
  })
})
