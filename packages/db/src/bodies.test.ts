import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bodyOf, bodyParts } from './bodies.ts'

const bytesOf = (text: string) => new TextEncoder().encode(text).length

describe('bodyParts', () => {
  it('keeps small values in one part', () => {
    expect(bodyParts({ a: 1 })).toEqual([{ part: 0, body: '{"a":1}' }])
  })

  it('cuts large values into parts that D1 takes, each of them text of its own', () => {
    for (const shift of ['', 'x']) {
      const value = shift + '🐝'.repeat(700_000)
      const parts = bodyParts(value)
      expect(parts.map(({ part }) => part)).toEqual([0, 1, 2])
      for (const { body } of parts) {
        expect(bytesOf(body)).toBeLessThan(2_000_000)
        expect(body.isWellFormed()).toBe(true)
      }
      expect(bodyOf(parts)).toBe(value)
    }
  })

  it('gives back any JSON value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(bodyOf(bodyParts(value))).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })
})
