import type { Facets, FacetValue, SearchFilter } from '@rbee/schema'
import { html } from 'hono/html'
import { wholeNumber } from '../figures/figures.ts'
import { type Markup, NOTHING } from '../layout/markup.ts'
import { systemName } from '../worker/platform-names.ts'
import { replaced, toggled } from './search-address.ts'

interface Filter {
  readonly name: SearchFilter
  readonly title: string
  readonly label?: (value: string) => string
}

const ARCHITECTURES: Readonly<Record<string, string>> = { x86_64: 'x86-64', aarch64: 'ARM64' }

const FILTERS: readonly Filter[] = [
  { name: 'platform', title: 'Platform', label: systemName },
  { name: 'arch', title: 'Architecture', label: (value) => ARCHITECTURES[value] ?? value },
  { name: 'feature', title: 'Feature' },
  { name: 'tag', title: 'Tag' },
  { name: 'format', title: 'Model format' },
  {
    name: 'license',
    title: 'Licence',
    label: licenseName,
  },
  { name: 'price', title: 'Price' },
  { name: 'source', title: 'Publisher' },
  { name: 'min_rating', title: 'Rating', label: (value) => `${value} and more` },
]
/** Families are written small; identifiers are as SPDX writes them. */
function licenseName(value: string): string {
  if (/^[a-z]{2,4}$/.test(value)) return value.toUpperCase()
  return `${value.slice(0, 1).toUpperCase()}${value.slice(1)}`
}

/** More are shown when they are asked for. */
const SHOWN = 6

/** A link for each value of each filter, with the number of hits that it has. */
export function facetLists(facets: Facets, address: URLSearchParams): Markup {
  return html`${FILTERS.map((filter) => facetList(filter, facets[filter.name], address))}`
}

/** Filters that are set: each a link that takes it away. */
export function setFilters(address: URLSearchParams): { readonly text: string; readonly without: string }[] {
  return FILTERS.flatMap(({ name, title, label = asItIs }) =>
    [...new Set(address.getAll(name))]
      .filter((value) => value !== '')
      .map((value) => ({ text: `${title}: ${label(value)}`, without: toggled(address, name, value) })),
  )
}

function facetList(
  { name, title, label = asItIs }: Filter,
  values: readonly FacetValue[],
  address: URLSearchParams,
): Markup {
  const shown = values.filter(({ count, value }) => count > 0 || address.has(name, value))
  if (shown.length === 0) return NOTHING
  const first = shown.filter(({ value }, index) => index < SHOWN || address.has(name, value))
  const rest = shown.filter((one) => !first.includes(one))
  const item = ({ value, count }: FacetValue) => {
    const isSet = address.has(name, value)
    const to =
      name === 'min_rating' ? replaced(address, name, isSet ? null : value) : toggled(address, name, value)
    return html`<li><a rel="nofollow" href="${to}"${isSet ? html` aria-current="true"` : NOTHING}><span>${label(value)}</span> <span class="soft count">${wholeNumber(count)}</span></a></li>`
  }
  return html`<section aria-labelledby="by-${name}"><h3 id="by-${name}">${title}</h3><ul class="plain facet">${first.map(item)}</ul>${
    rest.length === 0
      ? NOTHING
      : html`<details><summary class="small">${rest.length} more</summary><ul class="plain facet">${rest.map(item)}</ul></details>`
  }</section>`
}

function asItIs(value: string): string {
  return value
}
