import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matchesAnyTag, matchesStrongTag } from './entity-tags.ts'

describe('If-None-Match', () => {
  it.each(['"a"', 'W/"a"', '*', ' * ', '"b", "a"', '"b",W/"a" , "c"', '"x,y", "a"', '"",  "a"'])(
    '%s names "a"',
    (field) => {
      expect(matchesAnyTag(field, '"a"')).toBe(true)
    },
  )

  it.each(['"b"', 'a', '', ',', '"a', 'a"', 'w/"a"', '"b" "a"', '*, "b"', '"A"', "'a'"])(
    '%s does not name "a"',
    (field) => {
      expect(matchesAnyTag(field, '"a"')).toBe(false)
    },
  )

  it('finds a tag after any others and never fails', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('"', ',', 'W/', '*', ' ', '"a"'), (text, piece) => {
        const others = `"${text.replaceAll(/[^\x21\x23-\x7e]/g, '')}"`
        expect(matchesAnyTag(`${others}, "tag"`, '"tag"')).toBe(true)
        expect(typeof matchesAnyTag(text + piece + text, '"tag"')).toBe('boolean')
      }),
    )
  })

  it('reads a long list in time that grows with its length', () => {
    const list = '"a",'.repeat(4000)
    const start = performance.now()
    matchesAnyTag(list, '"b"')
    matchesAnyTag(`${' '.repeat(16_000)}"`, '"b"')
    expect(performance.now() - start).toBeLessThan(200)
  })
})

describe('If-Match', () => {
  it.each(['"a"', '*', ' * ', '"b", "a"', 'W/"a", "a"'])('%s names "a"', (field) => {
    expect(matchesStrongTag(field, '"a"')).toBe(true)
  })

  it.each(['"b"', 'W/"a"', 'a', '', '*, "b"', '"A"', '"b" "a"'])('%s does not name "a"', (field) => {
    expect(matchesStrongTag(field, '"a"')).toBe(false)
  })

  it('never names a weak tag', () => {
    expect(matchesStrongTag('W/"a", "a"', 'W/"a"')).toBe(false)
  })
})
