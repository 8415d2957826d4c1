import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readQuery } from '../query/read-query.ts'
import { highlightsOf } from './highlights.ts'
import { plainText } from './plain-text.ts'

const TEXTS = {
  id: 'zebra-painter',
  name: 'Zébra Painter',
  tags: ['text-to-image'],
  description: 'Paints 音声認識 zebras',
  readme: '',
}
const marked = (q: string, texts: Partial<typeof TEXTS> = {}) =>
  highlightsOf(readQuery(q), { ...TEXTS, ...texts }).map(({ field, text, ranges }) => [
    field,
    ...ranges.map(([begin, end]) => text.slice(begin, end)),
  ])

describe('highlightsOf', () => {
  it('marks words as they are written', () => {
    expect(marked('zebra')).toEqual([
      ['id', 'zebra'],
      ['name', 'Zébra'],
      ['description', 'zebras'],
    ])
    expect(marked('声認')).toEqual([['description', '声認']])
    expect(marked('txt2img')).toEqual([['tags', 'text-to-image']])
  })

  it('shows the part of a README where nothing else has the words', () => {
    const readme = `${'filler '.repeat(200)}a quokka sits ${'behind '.repeat(200)}`
    const [highlight] = highlightsOf(readQuery('quokka'), { ...TEXTS, readme })
    expect(highlight?.field).toBe('readme')
    expect(highlight?.text.length).toBeLessThan(320)
    expect(highlight?.text.slice(...(highlight.ranges[0] ?? [0, 0]))).toBe('quokka')
  })

  it('has sorted ranges within the text, whatever the texts are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (q, text) => {
        for (const one of highlightsOf(readQuery(q), {
          ...TEXTS,
          description: text,
          readme: `${text} ${q}`,
        })) {
          let last = -1
          for (const [begin, end] of one.ranges) {
            expect(begin).toBeGreaterThan(last)
            expect(end).toBeGreaterThan(begin)
            last = end
          }
          expect(last).toBeLessThanOrEqual(one.text.length)
        }
      }),
    )
  })
})

describe('plainText', () => {
  it('leaves the words of Markdown', () => {
    const markdown =
      '# Title\n\n![badge](https://a.example/b.svg) Some [link](https://c.example) and `code`.\n<!-- no --><b>bold</b>\n<script>alert(1)</script>'
    expect(plainText(markdown)).toBe('Title Some link and code . bold')
  })

  it('is quick with what is made to be slow', () => {
    for (const hostile of [
      '<'.repeat(9000),
      '['.repeat(9000),
      '<!--'.repeat(3000),
      '![](('.repeat(2000),
      '<script>'.repeat(1000),
    ]) {
      const begun = performance.now()
      plainText(hostile)
      expect(performance.now() - begun).toBeLessThan(1000)
    }
  })
})
