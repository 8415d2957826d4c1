import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aRow, sampleColumns } from './sample-catalog.ts'

const named = (columns: ReturnType<typeof sampleColumns>, moment: number) =>
  columns.at(moment).versions.map(({ worker, downloads }) => [worker, downloads])

describe('columns', () => {
  it('show each moment as it was, in the order of documents', () => {
    const columns = sampleColumns([aRow(2), aRow(1)])
    expect(named(columns, 1)).toEqual([
      ['worker-1', 0],
      ['worker-2', 0],
    ])
    // Downloads change in a row of the same document; another text is another document.
    columns.apply(
      [
        aRow(1, { until: 5, changed: 5 }),
        aRow(1, { row: 3, since: 5, changed: 5, downloads: 7 }),
        aRow(2, { until: 6, changed: 6 }),
        aRow(4, { worker: 'worker-2', since: 6, changed: 6 }),
      ],
      6,
    )
    expect(named(columns, 4)).toEqual([
      ['worker-1', 0],
      ['worker-2', 0],
    ])
    expect(named(columns, 5)).toEqual([
      ['worker-1', 7],
      ['worker-2', 0],
    ])
    expect(columns.at(6).versions.map(({ doc }) => doc)).toEqual([1, 4])
    expect(columns.at(6).newest).toBe(4)
    columns.forget(7)
    expect(columns.at(6).versions.map(({ doc }) => doc)).toEqual([1, 4])
  })

  it('find the places of documents, however many are asked for', () => {
    const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 300 }), { maxLength: 200 })
    fc.assert(
      fc.property(numbers, numbers, (docs, wanted) => {
        const view = sampleColumns(docs.map((doc) => aRow(doc))).at(1)
        const sorted = docs.toSorted((a, b) => a - b)
        const places = view.placesOf(Uint32Array.from(wanted.toSorted((a, b) => a - b)))
        expect([...places]).toEqual(sorted.flatMap((doc, place) => (wanted.includes(doc) ? [place] : [])))
      }),
    )
  })
})
