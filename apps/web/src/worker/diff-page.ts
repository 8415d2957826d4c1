import { RbeeError, type ReleaseDocument, versionSchema } from '@rbee/schema'
import { html } from 'hono/html'
import { dayOf } from '../figures/figures.ts'
import { type Markup, NOTHING } from '../layout/markup.ts'
import { page, redirect, type SiteRoute } from '../route.ts'
import { changedFiles } from './changed-files.ts'
import { comparedVersions, diffPath } from './diff-address.ts'
import { type FactChange, factChanges } from './release-facts.ts'
import { releaseState, standingReason } from './release-state.ts'
import { workerHead } from './worker-frame.ts'

/** What a form asks with parameters, under the address that stands for it. */
export const diffForm: SiteRoute = {
  changesWith: 'documents',
  answer({ parameter, url }) {
    const from = versionSchema.safeParse(url.searchParams.get('from'))
    const to = versionSchema.safeParse(url.searchParams.get('to'))
    if (from.success && to.success) return redirect(diffPath(parameter('id'), from.data, to.data))
    throw new RbeeError('invalid_version', 'The address must name two versions, from and to')
  },
}

/** What changed between two releases of a worker. */
export const diffPage: SiteRoute = {
  changesWith: 'documents',
  async answer({ api, parameter, url }) {
    const address = parameter('id')
    const { from: older, to: newer } = comparedVersions(parameter('range'))
    const worker = await api.getWorker(address)
    if (worker.id !== address) return redirect(diffPath(worker.id, older, newer))
    const [release, from, to] = await Promise.all([
      api.getRelease(worker.id, worker.version),
      api.getRelease(worker.id, older),
      api.getRelease(worker.id, newer),
    ])
    const groups = factChanges(from, to)
    const files = await changedFiles(api, from, to, url.searchParams.get('build'))
    const isSame = groups.every(({ changes }) => changes.length === 0)
    return page({
      title: `${worker.name}: ${older} to ${newer}`,
      path: diffPath(worker.id, older, newer),
      unlisted: true,
      content: html`${workerHead(worker, release, 'versions')}
<div class="sections worker-part">
<section aria-labelledby="changes"><h2 id="changes">From ${older} to ${newer}</h2>
<dl class="facts">${described(from, worker.version, worker.id)}${described(to, worker.version, worker.id)}</dl></section>
${isSame ? html`<p>They state the same.</p>` : groups.map(changedGroup)}
${files}
</div>`,
    })
  },
}

function described(release: ReleaseDocument, latest: string, id: string): Markup {
  const reason = standingReason(release)
  return html`<dt><a href="/worker/${id}/${release.version}">${release.version}</a></dt><dd>${dayOf(release.published_at)} ${releaseState(release, latest)}${
    reason === null ? NOTHING : html`<span class="reason soft" dir="auto">${reason}</span>`
  }</dd>`
}

function changedGroup({ title, changes }: { title: string; changes: readonly FactChange[] }): Markup {
  if (changes.length === 0) return NOTHING
  return html`<section aria-labelledby="changed-${title}"><h2 id="changed-${title}">${title}</h2>
<dl class="changes">${changes.map(
    ({ name, from, to }) =>
      html`<div><dt>${name}</dt><dd dir="auto">${from === null ? NOTHING : html`<del>${from}</del>`}${to === null ? NOTHING : html`<ins>${to}</ins>`}</dd></div>`,
  )}</dl></section>`
}
