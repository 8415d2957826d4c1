import { describe, expect, it } from 'vitest'
import { normalisedGain } from './gain.ts'

const GRADES = new Map([
  ['best', 3],
  ['good', 2],
  ['helps', 1],
])

describe('normalisedGain', () => {
  it('is 1 for the best order, and for it alone', () => {
    expect(normalisedGain(['best', 'good', 'helps'], GRADES)).toBe(1)
    expect(normalisedGain(['best', 'good', 'helps', 'other'], GRADES)).toBe(1)
    expect(normalisedGain(['good', 'best', 'helps'], GRADES)).toBeLessThan(1)
  })

  it('weighs a hit by its grade and its rank', () => {
    // 7 / log2(3) of 7 / log2(2) + 3 / log2(3) + 1 / log2(4), by hand.
    expect(normalisedGain(['other', 'best'], GRADES)).toBeCloseTo(4.4165 / 9.3928, 4)
  })

  it('looks at ten hits and no more', () => {
    const others = Array.from({ length: 10 }, (_, index) => `other-${index}`)
    expect(normalisedGain([...others.slice(1), 'best'], GRADES)).toBeGreaterThan(0)
    expect(normalisedGain([...others, 'best'], GRADES)).toBe(0)
  })

  it('measures twenty relevant workers by the ten that fit on a page', () => {
    const many = new Map(Array.from({ length: 20 }, (_, index) => [`worker-${index}`, 2]))
    expect(normalisedGain([...many.keys()].slice(5, 15), many)).toBe(1)
  })

  it('wants no hits where nothing is to be found', () => {
    expect(normalisedGain([], new Map())).toBe(1)
    expect(normalisedGain(['other'], new Map())).toBe(0)
  })
})
