import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { textFace, titleFace } from './glyphs.ts'
import { brokenIntoLines, hasLetters } from './lines.ts'

const LINE = 1056

describe('a text in a picture', () => {
  it('is broken between words, and inside of words that are wider than a line', () => {
    expect(brokenIntoLines(titleFace(), 'Speech to text', LINE, 2)).toEqual(['Speech to text'])
    const long = brokenIntoLines(titleFace(), 'x'.repeat(200), LINE, 9)
    expect(long.length).toBeGreaterThan(4)
    expect(long.join('')).toBe('x'.repeat(200))
  })

  it('ends in an ellipsis where it takes too many lines', () => {
    const lines = brokenIntoLines(textFace(), 'word '.repeat(100), LINE, 3)
    expect(lines).toHaveLength(3)
    expect(lines.at(-1)).toMatch(/word…$/)
  })

  it('never takes more room than there is, whatever it is', () => {
    const face = titleFace()
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const lines = brokenIntoLines(face, text, LINE, 2)
        expect(lines.length).toBeLessThanOrEqual(2)
        for (const line of lines) {
          const width = [...line].reduce((sum, one) => sum + (face.letter(one)?.advance ?? 0), 0)
          expect(width).toBeLessThanOrEqual(LINE)
        }
      }),
    )
  })

  it('is known to lack letters', () => {
    expect(hasLetters(titleFace(), 'Größe, Łódź, Ελλάδα, Привет (2×)')).toBe(true)
    expect(hasLetters(titleFace(), '語る')).toBe(false)
    expect(hasLetters(titleFace(), 'שלום')).toBe(false)
    expect(hasLetters(titleFace(), 'a\u202eb')).toBe(false)
  })
})
