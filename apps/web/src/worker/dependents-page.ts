import type { Dependents, NeedKind } from '@rbee/schema'
import { html } from 'hono/html'
import { counted } from '../figures/figures.ts'
import { type Markup, NOTHING } from '../layout/markup.ts'
import { page, redirect, type SiteRoute } from '../route.ts'
import { workerHead } from './worker-frame.ts'

const KINDS: Readonly<Record<NeedKind, string>> = {
  run: 'to run',
  build: 'to be built',
  optional: 'optionally',
}

/** Which workers need a worker. */
export const dependentsPage: SiteRoute = {
  changesWith: 'documents',
  async answer({ api, parameter, url }) {
    const address = parameter('id')
    const worker = await api.getWorker(address)
    const path = `/worker/${worker.id}/dependents`
    if (worker.id !== address) return redirect(path)
    const cursor = url.searchParams.get('cursor')
    const [release, dependents] = await Promise.all([
      api.getRelease(worker.id, worker.version),
      api.listDependents(worker.id, cursor === null ? {} : { cursor }),
    ])
    return page({
      title: `Dependents of ${worker.name}`,
      description: `${counted(dependents.total, 'worker')} that need ${worker.id}.`,
      path,
      unlisted: cursor !== null || dependents.total === 0,
      content: html`${workerHead(worker, release, 'dependents')}
<div class="sections worker-part"><section aria-labelledby="dependents"><h2 id="dependents">${
        dependents.total === 0
          ? 'No dependents'
          : `${counted(dependents.total, 'worker')} ${dependents.total === 1 ? 'needs' : 'need'} it`
      }</h2>
${dependents.total === 0 ? none() : listed(dependents, path)}
</section></div>`,
    })
  },
}

function none(): Markup {
  return html`<p class="soft">No worker names it, one of its variants or an alias among its dependencies.</p>`
}

function listed({ dependents, next_cursor }: Dependents, path: string): Markup {
  return html`<ul class="plain archives">${dependents.map(
    ({ id, name, description, version, kinds }) =>
      html`<li><h3><a href="/worker/${id}" dir="auto">${name}</a></h3><p class="soft small"><code>${id}</code> ${version}, ${kinds.map((kind) => KINDS[kind]).join(' and ')}</p><p dir="auto">${description}</p></li>`,
  )}</ul>
${next_cursor === null ? NOTHING : html`<nav class="row pages" aria-label="Pages"><a rel="next" href="${path}?cursor=${next_cursor}">More</a></nav>`}`
}
