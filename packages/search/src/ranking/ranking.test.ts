import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FLAGS } from '../columns/indexed-row.ts'
import { aRow, sampleColumns } from '../columns/sample-catalog.ts'
import { type Cursor, decodeCursor, encodeCursor } from './cursor.ts'
import { dayOf, qualityOf, scoreOf, sumOf } from './score.ts'
import { selectPage } from './select-page.ts'

const NOBODY = { workers: new Set<string>(), name: '', id: '' }
const DAY = 24 * 60 * 60_000

function version(row: Parameters<typeof aRow>[1]) {
  const [only] = sampleColumns([aRow(1, { worker: 'whisper-server', name: 'whisper server', ...row })]).at(
    1,
  ).versions
  if (only === undefined) throw new Error('no version')
  return only
}

describe('scoreOf', () => {
  const score = (row: Parameters<typeof aRow>[1], exact = NOBODY, day = 0) =>
    scoreOf(version(row), 0, exact, day)

  it('gives the parts of docs/search.md', () => {
    expect(score({ downloads: 999 }).downloads).toBeCloseTo(1.2)
    expect(score({ downloads: 10 ** 9 }).downloads).toBe(2)
    expect(score({ publishedAt: 365 * DAY }, NOBODY, 730).recency).toBeCloseTo(0.3)
    expect(score({ publishedAt: 0 }, NOBODY, 5_000).recency).toBe(0)
    expect(score({ publishedAt: 9 * DAY }, NOBODY, 1).recency).toBe(0.6)
    expect(score({ flags: FLAGS.official | FLAGS.verified }).publisher).toBe(0.8)
    expect(score({ flags: FLAGS.verified }).publisher).toBe(0.4)
    expect(score({ flags: FLAGS.binaries }).binaries).toBe(0.4)
    expect(score({ flags: FLAGS.deprecated | FLAGS.withdrawn }).standing).toBe(-6)
    expect(score({ flags: FLAGS.lookAlike, downloads: 10 ** 9 })).toMatchObject({
      downloads: 0,
      standing: -3,
    })
  })

  it('puts an address before a name, and a name before the beginning of an id', () => {
    const exact = { workers: new Set(['whisper-server']), name: 'whisper server', id: 'whisper' }
    expect(score({}, exact).exact).toBe(20)
    expect(score({}, { ...exact, workers: new Set() }).exact).toBe(6)
    expect(score({}, { ...NOBODY, id: 'whisper' }).exact).toBe(2)
    expect(score({}, { ...NOBODY, id: 'whis' }).exact).toBe(0)
  })

  it('is the sum of what is asked and what is not', () => {
    const one = version({ downloads: 77, flags: FLAGS.official })
    const parts = scoreOf(one, 8, { ...NOBODY, id: 'whisper' }, 3)
    expect(sumOf(parts)).toBe(2 + 8 + qualityOf(one, 3))
    expect(dayOf(2 * DAY + 1)).toBe(2)
  })
})

describe('selectPage', () => {
  const key = fc.integer({ min: 0, max: 5 })
  it.each([
    ['numbers, the most first', (one: number) => one],
    ['texts, the first by letters', (one: number) => `name ${one}`],
  ])('walks through all hits once, by %s', (_, keyOf) => {
    fc.assert(
      fc.property(fc.array(key, { maxLength: 40 }), fc.integer({ min: 1, max: 7 }), (keys, limit) => {
        const hits = {
          length: keys.length,
          key: (index: number) => keyOf(keys[index] ?? 0),
          worker: (index: number) => `worker-${String(index).padStart(2, '0')}`,
        }
        const seen: number[] = []
        let after: { key: number | string; worker: string } | null = null
        for (;;) {
          const page = selectPage(hits, limit, after)
          const last = page.at(-1)
          if (last === undefined) break
          seen.push(...page.map(({ index }) => index))
          after = { key: last.key, worker: hits.worker(last.index) }
        }
        const sign = typeof keyOf(0) === 'number' ? -1 : 1
        const expected = keys
          .map((one, index) => ({ one, index }))
          .toSorted((a, b) => sign * (a.one - b.one) || a.index - b.index)
        expect(seen).toEqual(expected.map(({ index }) => index))
      }),
    )
  })
})

describe('a cursor', () => {
  const CURSOR: Cursor = {
    ...{ moment: 17, time: 1_700_000_000_000, sort: 'relevance', matching: 'all', corrected: null },
    ...{ question: 'abc', key: 12.000000000000002, worker: 'whisper-server' },
  }

  it('is read as it was written, to the last bit', () => {
    expect(decodeCursor(encodeCursor(CURSOR), 'abc')).toEqual(CURSOR)
    const named = { ...CURSOR, key: '音声 "x"', corrected: 'é' }
    expect(decodeCursor(encodeCursor(named), 'abc')).toEqual(named)
  })

  it('is of one question, and nothing else is one', () => {
    const text = encodeCursor(CURSOR)
    for (const [other, question] of [
      [text, 'abd'],
      [`${text}A`, 'abc'],
      [text.slice(1), 'abc'],
      ['', 'abc'],
      [btoa('[2]'), 'abc'],
      ['%%%', 'abc'],
    ] as const) {
      expect(() => decodeCursor(other, question)).toThrow(expect.objectContaining({ code: 'invalid_cursor' }))
    }
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (other) => {
        expect(() => decodeCursor(other, 'abc')).toThrow(expect.objectContaining({ code: 'invalid_cursor' }))
      }),
      { numRuns: 20 },
    )
  })
})
