import type { PublisherKind } from '@rbee/schema'
import { html } from 'hono/html'
import { counted, dayOf } from '../figures/figures.ts'
import { NOTHING } from '../layout/markup.ts'
import { page, type SiteRoute } from '../route.ts'
import { workerCard } from '../workers/worker-card.ts'

const KINDS: Readonly<Record<PublisherKind, string>> = {
  official: 'The project itself: its workers are built by those who run this registry.',
  catalog: 'A catalog in Git, whose changes are reviewed there.',
  maintainer: 'A maintainer, named by the catalog that describes the workers.',
  token: 'Somebody with a token of this registry.',
}

/** Who stands behind workers, and which. */
export const publisherPage: SiteRoute = {
  changesWith: 'figures',
  async answer({ api, parameter, url }) {
    const cursor = url.searchParams.get('cursor')
    const publisher = await api.getPublisher(
      parameter('id'),
      new URLSearchParams(cursor === null ? {} : { cursor }),
    )
    return page({
      title: publisher.name,
      description: `${counted(publisher.total, 'AI inference worker')} of ${publisher.name}.`,
      path: `/publisher/${publisher.id}`,
      unlisted: cursor !== null,
      feeds: [{ title: `Releases of ${publisher.name}`, path: `/feeds/publisher/${publisher.id}.atom` }],
      content: html`<div class="flow"><div class="row"><h1 dir="auto">${publisher.name}</h1>${
        publisher.verified ? html`<span class="chip good">verified</span>` : NOTHING
      }</div>
<p class="soft">${KINDS[publisher.kind]}</p>
<ul class="meta"><li>${counted(publisher.total, 'worker')}</li><li>${counted(publisher.downloads, 'download')}</li><li>since ${dayOf(publisher.since)}</li></ul>
<h2 class="hidden">Workers</h2>
<ul class="plain worker-list">${publisher.workers.map((worker) => workerCard(worker))}</ul>
${
  publisher.next_cursor === null
    ? NOTHING
    : html`<p><a class="button quiet" rel="next" href="/publisher/${publisher.id}?${new URLSearchParams({ cursor: publisher.next_cursor })}">More workers</a></p>`
}</div>`,
    })
  },
}
