import { type SearchFilters, searchFiltersSchema } from '@rbee/schema'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyFilters } from './filters.ts'
import { aRow, sampleColumns } from './sample-catalog.ts'

const filtersOf = (filters: Partial<SearchFilters>) => searchFiltersSchema.parse(filters)
const counts = (facet: readonly { value: string; count: number }[]) =>
  Object.fromEntries(facet.map(({ value, count }) => [value, count]))

const PLATFORMS = ['linux', 'macos', 'windows'] as const
const TAGS = ['a', 'b', 'c'] as const
const PRICES = ['free', 'paid'] as const
const workers = fc.array(
  fc.record({
    platform: fc.subarray([...PLATFORMS]),
    tag: fc.subarray([...TAGS]),
    price: fc.constantFrom(...PRICES).map((price) => [price]),
    fit: fc.integer({ min: 1, max: 3 }),
  }),
  { maxLength: 30 },
)
const wanted = fc.record({
  platform: fc.subarray([...PLATFORMS]),
  tag: fc.subarray([...TAGS]),
  price: fc.subarray([...PRICES]),
  min_rating: fc.constantFrom(null, 0, 3),
})
type Worker = { platform: string[]; tag: string[]; price: string[]; fit: number }

describe('applyFilters', () => {
  it('counts what a walk over everything counts, for each facet without its own filter', () => {
    fc.assert(
      fc.property(workers, wanted, fc.option(fc.subarray([1, 2, 3])), (all, filters, fits) => {
        const rows = all.map(({ platform, tag, price, fit }, index) => {
          const labels = [
            ...platform.map((value) => `platform:${value}`),
            ...tag.map((value) => `tag:${value}`),
            ...price.map((value) => `price:${value}`),
          ]
          return aRow(index + 1, { labels: labels.join(' '), fit })
        })
        const view = sampleColumns(rows).at(1)
        const running = fits === null ? null : new Set(fits)
        const { passed, facets } = applyFilters(view, view.places, filtersOf(filters), running)
        const passes = (worker: Worker, but: string) =>
          (running === null || running.has(worker.fit)) &&
          (but === 'platform' || isAny(worker.platform, filters.platform)) &&
          (but === 'price' || isAny(worker.price, filters.price)) &&
          (but === 'tag' || filters.tag.every((tag) => worker.tag.includes(tag))) &&
          (filters.min_rating ?? 0) === 0
        expect([...passed]).toEqual(all.flatMap((worker, index) => (passes(worker, '') ? [index] : [])))
        for (const name of ['platform', 'tag', 'price'] as const) {
          const values = all.filter((worker) => passes(worker, name)).flatMap((worker) => worker[name])
          const expected = Object.fromEntries(
            [...new Set(values)].map((value) => [value, values.filter((other) => other === value).length]),
          )
          expect([name, counts(facets[name])]).toEqual([name, expected])
        }
      }),
    )
  })

  it('lists the thirty most common tags, and those that are asked for', () => {
    const tags = Array.from({ length: 40 }, (_, index) => `tag:t${String(index).padStart(2, '0')}`)
    const rows = tags.map((_, index) => aRow(index + 1, { labels: tags.slice(0, index + 1).join(' ') }))
    const view = sampleColumns(rows).at(1)
    const facet = (tag: string[]) => applyFilters(view, view.places, filtersOf({ tag }), null).facets.tag
    expect(facet([])).toHaveLength(30)
    expect(facet([]).at(0)).toEqual({ value: 't00', count: 40 })
    expect(facet(['t39']).at(-1)).toEqual({ value: 't39', count: 1 })
  })

  it('knows families of licences from identifiers', () => {
    const labels = ['gpl GPL-3.0-only', 'gpl GPL-2.0-or-later', 'mit MIT', 'mit MIT-0', 'lgpl LGPL-2.1-only']
    const rows = labels.map((text, index) => {
      const [family, id = ''] = text.split(' ')
      return aRow(index + 1, { labels: `license:${family} license-id:${id.toLowerCase()}` })
    })
    const view = sampleColumns(rows).at(1)
    const found = (license: string) =>
      [...applyFilters(view, view.places, filtersOf({ license: [license] }), null).passed].map(
        (at) => labels[at],
      )
    expect(found('gpl')).toEqual(['gpl GPL-3.0-only', 'gpl GPL-2.0-or-later'])
    expect(found('GPL')).toEqual(found('gpl'))
    expect(found('gpl-3.0-ONLY')).toEqual(['gpl GPL-3.0-only'])
    expect(found('mit')).toEqual(['mit MIT', 'mit MIT-0'])
    expect(found('MIT')).toEqual(['mit MIT'])
    expect(found('nothing')).toEqual([])
  })
})

function isAny(has: readonly string[], wants: readonly string[]): boolean {
  return wants.length === 0 || wants.some((value) => has.includes(value))
}
