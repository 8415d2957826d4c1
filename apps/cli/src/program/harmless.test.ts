import fc from 'fast-check'
import { expect, it } from 'vitest'
import { harmless, harmlessJson } from './harmless.ts'

const text = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '\u001b',
        '[31m',
        '[0m',
        '[2J',
        '\u009b2J',
        '\u001b]0;title\u0007',
        '\r',
        '\b',
        '\u007f',
        '\n',
        '\t',
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
    ),
    { maxLength: 12 },
  )
  .map((pieces) => pieces.join(''))

it('leaves colours, lines and columns, and nothing else that a terminal obeys', () => {
  fc.assert(
    fc.property(text, (hostile) => {
      const shown = harmless(hostile)
      expect(shown.replaceAll(/\u001b\[[\d;]*m/g, '')).not.toMatch(
        /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/,
      )
      const visible = /[^\u0000-\u001f\u007f-\u009f]/g
      const colourless = (all: string) =>
        all
          .replaceAll(/\u001b\[[\d;]*m/g, '')
          .match(visible)
          ?.join('')
      expect(colourless(shown)).toBe(colourless(hostile))
    }),
    { numRuns: 1_000 },
  )
})

it('writes JSON that reads back as the same value, and holds nothing that a terminal obeys', () => {
  fc.assert(
    fc.property(text, (hostile) => {
      const json = harmlessJson({ hostile })
      expect(json).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/)
      expect(JSON.parse(json)).toEqual({ hostile })
    }),
    { numRuns: 1_000 },
  )
})
