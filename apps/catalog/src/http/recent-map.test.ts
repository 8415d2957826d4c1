import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRecentMap } from './recent-map.ts'

const MAX_BYTES = 100

const action = fc.record({
  kind: fc.constantFrom('set', 'get', 'grow', 'clear'),
  name: fc.constantFrom(...'abcdefgh'),
  bytes: fc.integer({ min: 0, max: 120 }),
})

describe('a map of what was asked for of late', () => {
  it('never holds more than it may, and gives what was put last under a name or nothing', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 200 }), (actions) => {
        const map = createRecentMap<{ bytes: number }>(MAX_BYTES)
        const put = new Map<string, { bytes: number }>()
        for (const { kind, name, bytes } of actions) {
          const value = map.get(name)
          if (kind === 'clear') map.clear()
          if (kind === 'grow' && value && map.grow(name, value, bytes)) value.bytes += bytes
          if (kind === 'set') {
            const next = { bytes }
            map.set(name, next, bytes)
            // What alone would fill half of it is not put, and leaves what was there.
            if (bytes <= MAX_BYTES / 2) put.set(name, next)
          }
          const held = [...put].flatMap(([key, last]) => {
            const found = map.get(key)
            expect([undefined, last]).toContain(found)
            return found ?? []
          })
          expect(held.reduce((sum, one) => sum + one.bytes, 0)).toBeLessThanOrEqual(MAX_BYTES)
        }
      }),
    )
  })

  it('forgets first what nobody asks for', () => {
    const map = createRecentMap<number>(MAX_BYTES)
    map.set('often', 0, 10)
    for (let number = 1; number < 1000; number += 1) {
      map.set(`once ${number}`, number, 10)
      expect(map.get('often')).toBe(0)
    }
    expect(map.get('once 1')).toBeUndefined()
    expect(map.get('once 999')).toBe(999)
  })

  it('grows nothing but what it holds', () => {
    const map = createRecentMap<object>(MAX_BYTES)
    const [one, other] = [{}, {}]
    map.set('a', one, 10)
    expect(map.grow('a', other, 10)).toBe(false)
    expect(map.grow('b', one, 10)).toBe(false)
    expect(map.grow('a', one, 41)).toBe(false)
    expect(map.grow('a', one, 40)).toBe(true)
  })
})
