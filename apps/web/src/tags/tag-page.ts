import { RbeeError } from '@rbee/schema'
import { html } from 'hono/html'
import { counted } from '../figures/figures.ts'
import { NOTHING } from '../layout/markup.ts'
import { page, type SiteRoute } from '../route.ts'
import { workerCard } from '../workers/worker-card.ts'

const SHOWN = 50

/** The workers with one tag, most downloaded first. */
export const tagPage: SiteRoute = {
  changesWith: 'figures',
  async answer({ api, parameter }) {
    const tag = parameter('name')
    if (!/^[a-z0-9][a-z0-9-]{0,39}$/.test(tag)) throw noSuchTag()
    const found = await api.search(new URLSearchParams({ tag, sort: 'downloads', limit: String(SHOWN) }))
    if (found.total === 0) throw noSuchTag()
    const others = found.facets.tag.filter(({ value, count }) => value !== tag && count > 0)
    return page({
      title: `Workers for ${tag}`,
      description: `${counted(found.total, 'AI inference worker')} with the tag ${tag}.`,
      path: `/tag/${tag}`,
      feeds: [{ title: `Releases for ${tag}`, path: `/feeds/tag/${tag}.atom` }],
      content: html`<div class="flow"><h1>${tag}</h1>
<p class="row"><strong>${counted(found.total, 'worker')}</strong><a href="/search?tag=${tag}">Filter and sort</a></p>
${
  others.length === 0
    ? NOTHING
    : html`<ul class="chips" aria-label="Together with">${others
        .slice(0, 12)
        .map(({ value }) => html`<li><a href="/search?tag=${tag}&tag=${value}">+ ${value}</a></li>`)}</ul>`
}
<h2 class="hidden">Workers</h2>
<ul class="plain worker-list">${found.hits.map(({ worker }) => workerCard(worker))}</ul>
${found.total > SHOWN ? html`<p><a class="button quiet" href="/search?tag=${tag}&sort=downloads">All ${counted(found.total, 'worker')}</a></p>` : NOTHING}</div>`,
    })
  },
}

function noSuchTag(): RbeeError {
  return new RbeeError('not_found', 'No worker has this tag', { next: 'see all tags at /tags' })
}
