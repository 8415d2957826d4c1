import type { RegistryClient } from '@rbee/api-client'
import { type CatalogState, type CatalogStatus, RbeeError, type StatisticsOverview } from '@rbee/schema'
import { html } from 'hono/html'
import { counted, wholeNumber } from '../figures/figures.ts'
import { momentOf } from '../figures/moment.ts'
import { type Markup, NOTHING } from '../layout/markup.ts'
import { page, type SiteRoute } from '../route.ts'
import { type LogState, readLogState } from '../trust/log-state.ts'
import { readSignedState, type SignedState } from '../trust/signed-state.ts'

/** How the registry stands: what everybody may know of it. */
export const statusPage: SiteRoute = {
  changesWith: 'figures',
  async answer({ api, site }) {
    const [readiness, signed, log, catalogs, figures] = await Promise.all([
      readReadiness(api),
      readSignedState(api),
      readLogState(api),
      api.catalogStatus(),
      api.statisticsOverview(),
    ])
    return page({
      title: 'Status',
      description:
        'Whether this registry is ready, how fresh its signatures are, and when its catalogs were read.',
      path: '/status',
      style: 'docs',
      content: html`<div class="sections status">
<div class="flow"><h1>Status</h1>
${readinessNote(readiness)}</div>
${serverSection(site.version, figures)}
${signedSection(signed)}
${logSection(log)}
${catalogsSection(catalogs)}
<p class="soft small">At most a minute old. Programs ask <a href="/ready"><code>/ready</code></a> and <a href="/v1/catalog/status"><code>/v1/catalog/status</code></a>.</p>
</div>`,
    })
  },
}

/** Null where the server takes requests, else why not. */
async function readReadiness(api: RegistryClient): Promise<RbeeError | null> {
  try {
    await api.ready()
    return null
  } catch (error) {
    if (error instanceof RbeeError && (error.code === 'not_ready' || error.code === 'signing_failed'))
      return error
    throw error
  }
}

function readinessNote(failure: RbeeError | null): Markup {
  if (failure === null) {
    return html`<p class="lead"><span class="chip good">ready</span> Database, documents and archives answer, and metadata is signed in time.</p>`
  }
  return html`<div class="note bad"><p><strong>Not ready.</strong> ${failure.message}</p><p class="soft">Code <a href="/docs/errors#${failure.code}"><code>${failure.code}</code></a>. Downloads of what is published go on as long as documents answer.</p></div>`
}

function serverSection(version: string, { workers, downloads, last_updated }: StatisticsOverview): Markup {
  return html`<section aria-labelledby="server"><h2 id="server">Server</h2><dl class="facts">
<dt>Version</dt><dd>${version}</dd>
<dt>Workers</dt><dd>${wholeNumber(workers)}</dd>
<dt>Downloads</dt><dd>${wholeNumber(downloads)}${last_updated === null ? NOTHING : html`, counted last ${momentOf(last_updated)}`}</dd>
</dl></section>`
}

function signedSection(signed: SignedState | null): Markup {
  if (signed === null) {
    return html`<section aria-labelledby="signed"><h2 id="signed">Signed metadata</h2><p class="note bad">This registry signs nothing.</p></section>`
  }
  const rows = [
    { name: 'Timestamp', role: signed.timestamp, by: 'the server, every six hours' },
    { name: 'Snapshot', role: signed.snapshot, by: 'the server, every two days' },
    { name: 'Targets', role: signed.targets, by: 'the root keys, once a year' },
    { name: 'Root', role: signed.root, by: 'the root keys, once a year' },
  ]
  return html`<section aria-labelledby="signed"><h2 id="signed">Signed metadata</h2>
<div class="scroll" tabindex="0" role="region" aria-label="How long each signature is good"><table class="table"><caption class="hidden">How long each signature is good</caption>
<thead><tr><th scope="col">File</th><th scope="col">Good until</th><th scope="col">Renewed by</th><th scope="col">Version</th></tr></thead>
<tbody>${rows.map(
    ({ name, role, by }) =>
      html`<tr><th scope="row">${name}</th><td>${momentOf(role.expires)}</td><td>${by}</td><td>${role.version}</td></tr>`,
  )}</tbody></table></div></section>`
}

function logSection(log: LogState | null): Markup {
  return html`<section aria-labelledby="log"><h2 id="log">Transparency log</h2>${
    log === null
      ? html`<p class="note">This registry shows no log.</p>`
      : html`<dl class="facts"><dt>Entries</dt><dd>${wholeNumber(log.size)}</dd><dt>Root</dt><dd><code class="digest">${log.root}</code></dd></dl>`
  }</section>`
}

function catalogsSection({ catalogs }: CatalogStatus): Markup {
  return html`<section aria-labelledby="catalogs"><h2 id="catalogs">Catalogs</h2>${
    catalogs.length === 0
      ? html`<p>None is read. Workers come from their publishers alone.</p>`
      : html`<ul class="plain catalogs">${catalogs.map(catalogItem)}</ul>`
  }</section>`
}

/** Catalogs have names that strangers gave them, and reasons that quote their files. */
function catalogItem(state: CatalogState): Markup {
  const { catalog, commit, synced_at, failure, failed_at, accepted, refused, warnings } = state
  const failed = failure !== null && failure !== undefined
  return html`<li class="flow"><div class="row"><h3 dir="auto">${catalog}</h3>${
    failed ? html`<span class="chip bad">cannot be read</span>` : html`<span class="chip good">read</span>`
  }</div>
<ul class="meta"><li>${counted(accepted.length, 'worker')}</li><li>${refused.length} refused</li><li>${counted(warnings.length, 'warning')}</li><li>read ${
    synced_at === null ? 'never' : momentOf(synced_at)
  }</li>${commit === null ? NOTHING : html`<li>commit <code>${commit.slice(0, 12)}</code></li>`}</ul>
${
  failed
    ? html`<p><span class="bad">${failed_at ? html`${momentOf(failed_at)}: ` : NOTHING}</span><span dir="auto">${failure.message}</span> (<a href="/docs/errors#${failure.code}"><code>${failure.code}</code></a>)</p>`
    : NOTHING
}
${refusedList(refused)}</li>`
}

const REFUSED_SHOWN = 20

function refusedList(refused: CatalogState['refused']): Markup {
  if (refused.length === 0) return NOTHING
  return html`<details><summary>What was refused</summary><ul>${refused
    .slice(0, REFUSED_SHOWN)
    .map(
      ({ path, code, message }) =>
        html`<li><code>${path}</code>: <span dir="auto">${message}</span> (<code>${code}</code>)</li>`,
    )}</ul>${refused.length > REFUSED_SHOWN ? html`<p>${refused.length - REFUSED_SHOWN} more</p>` : NOTHING}</details>`
}
