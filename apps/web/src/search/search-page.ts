import type { SearchAnswer, SearchSort } from '@rbee/schema'
import { html } from 'hono/html'
import { COMPARED_MAX } from '../compare/compared-workers.ts'
import { counted } from '../figures/figures.ts'
import { type Markup, NOTHING } from '../layout/markup.ts'
import { page, type SiteRoute } from '../route.ts'
import { workerCard } from '../workers/worker-card.ts'
import { facetLists, setFilters } from './facets.ts'
import { continued, replaced, searchQuery } from './search-address.ts'

const HITS = 20
/** Id of the form to which the boxes in the list belong. */
const COMPARE_FORM = 'compare'

const SORTS: readonly { readonly sort: SearchSort; readonly name: string }[] = [
  { sort: 'relevance', name: 'Relevance' },
  { sort: 'recent', name: 'Newest' },
  { sort: 'downloads', name: 'Downloads' },
  { sort: 'name', name: 'Name' },
]

/** All workers, or those that words and filters leave. */
export const searchPage: SiteRoute = {
  changesWith: 'figures',
  async answer({ api, url }) {
    const address = url.searchParams
    const answer = await api.search(searchQuery(address, HITS))
    const words = (address.get('q') ?? '').trim()
    const isPlain = [...address.keys()].length === 0
    return page({
      title: words === '' ? 'All workers' : `Search for ${words}`,
      description: 'All AI inference workers of this registry, by platform, hardware, licence and task.',
      path: '/search',
      style: 'search',
      query: words,
      unlisted: !isPlain,
      content: html`<div class="results">
<h1 class="results-title">${words === '' ? 'All workers' : html`Results for <span dir="auto">“${words}”</span>`}</h1>
${filters(answer, address)}
<div class="hits">${summary(answer, address, words)}${hits(answer, address)}</div>
</div>`,
    })
  },
}

function filters({ facets }: SearchAnswer, address: URLSearchParams): Markup {
  const set = setFilters(address).length
  return html`<details class="filters"><summary>Filters${set === 0 ? NOTHING : ` (${set})`}</summary><nav aria-label="Filters">${facetLists(facets, address)}</nav></details>`
}

function summary({ total, corrected, query }: SearchAnswer, address: URLSearchParams, words: string): Markup {
  const set = setFilters(address)
  return html`<div class="results-head">
<p role="status"><strong>${counted(total, 'worker')}</strong>${
    corrected === null
      ? NOTHING
      : html` for <em>${corrected}</em>, as nothing matches <span dir="auto">“${words}”</span>`
  }${query.matching === 'all' || words === '' ? NOTHING : html` <span class="soft">with some of these words</span>`}</p>
${total === 0 ? NOTHING : orders(query.sort, address)}
${
  set.length === 0
    ? NOTHING
    : html`<ul class="chips set-filters" aria-label="Filters that are set">${set.map(
        ({ text, without }) =>
          html`<li><a href="${without}" aria-label="Remove ${text}">${text} <span aria-hidden="true">×</span></a></li>`,
      )}</ul>`
}</div>`
}

function orders(sorted: SearchSort, address: URLSearchParams): Markup {
  return html`<nav class="sorts small" aria-label="Order"><ul><li class="soft">Sort</li>${SORTS.map(
    ({ sort, name }) =>
      html`<li><a rel="nofollow" href="${replaced(address, 'sort', sort)}"${sort === sorted ? html` aria-current="true"` : NOTHING}>${name}</a></li>`,
  )}</ul></nav>`
}

function hits({ hits: found, next_cursor: cursor }: SearchAnswer, address: URLSearchParams): Markup {
  if (found.length === 0) return nothingFound(address)
  return html`<h2 class="hidden">Workers</h2><ul class="plain worker-list">${found.map(
    ({ worker, highlights }) => workerCard(worker, highlights, null, found.length > 1 ? COMPARE_FORM : null),
  )}</ul>
${found.length > 1 ? compareForm() : NOTHING}
<nav class="row pages" aria-label="Pages">${
    address.has('cursor') ? html`<a href="${replaced(address, 'cursor', null)}">First page</a>` : NOTHING
  }${cursor === null ? NOTHING : html`<a class="button quiet" rel="next nofollow" href="${continued(address, cursor)}">More workers</a>`}</nav>`
}

/** Sends the workers whose boxes are ticked; it is shown once one is. */
function compareForm(): Markup {
  return html`<form id="${COMPARE_FORM}" autocomplete="off" action="/compare" class="compare-chosen"><button type="submit" class="button">Compare the chosen workers</button> <span class="soft small">up to ${COMPARED_MAX}</span></form>`
}

function nothingFound(address: URLSearchParams): Markup {
  const set = setFilters(address)
  return html`<div class="flow empty"><h2>Nothing fits</h2>
<p>${set.length > 0 ? 'Remove a filter, or search for fewer words.' : 'Try other or fewer words: what it does, a model, a file format.'}</p>
<p class="row">${set.length > 0 ? html`<a href="${replaced(new URLSearchParams(), 'q', address.get('q') || null)}">Without filters</a>` : NOTHING}<a href="/search">All workers</a><a href="/tags">Tags</a></p></div>`
}
