import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StopTexts } from './stop-texts.ts'

function run(stops: readonly string[], pieces: readonly string[]): { text: string; stopped: boolean } {
  const texts = new StopTexts(stops)
  let text = ''
  for (const piece of pieces) {
    const shown = texts.push(piece)
    text += shown.text
    if (shown.stopped) return { text, stopped: true }
  }
  return { text: text + texts.rest(), stopped: false }
}

describe('StopTexts', () => {
  it('finds a stop text that spans pieces and shows nothing of it', () => {
    expect(run(['END'], ['one E', 'N', 'D two'])).toEqual({ text: 'one ', stopped: true })
  })

  it('shows what only looked like the beginning of a stop text', () => {
    expect(run(['END'], ['one E', 'N', '!'])).toEqual({ text: 'one EN!', stopped: false })
    expect(run(['END'], ['one EN'])).toEqual({ text: 'one EN', stopped: false })
  })

  it('ends at the first of several stop texts', () => {
    expect(run(['three', 'two'], ['one two three'])).toEqual({ text: 'one ', stopped: true })
  })

  it('gives the same text however the pieces are cut', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 30 })
    const stops = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 4 }), {
      maxLength: 3,
    })
    fc.assert(
      fc.property(letters, stops, fc.array(fc.nat(30), { maxLength: 8 }), (text, stopTexts, cuts) => {
        const places = [0, ...cuts.filter((cut) => cut < text.length).toSorted((a, b) => a - b), text.length]
        const pieces = places.slice(1).map((place, index) => text.slice(places[index], place))
        const { text: shown, stopped } = run(stopTexts, pieces)
        // What a piece has shown cannot be taken back, so a later, longer stop text may begin before a shorter one.
        expect(stopTexts.some((stop) => shown.includes(stop))).toBe(false)
        expect(text.startsWith(shown)).toBe(true)
        expect(stopped).toBe(stopTexts.some((stop) => text.includes(stop)))
      }),
    )
  })
})
