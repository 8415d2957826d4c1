import type { ReleaseDocument, WorkerDocument } from '@rbee/schema'
import { html } from 'hono/html'
import { comparePath } from '../compare/compare-address.ts'
import { type Markup, NOTHING } from '../layout/markup.ts'
import { priceText } from './install-section.ts'
import { systemName } from './platform-names.ts'
import { isSigned } from './verified.ts'

const TABS = [
  { id: 'overview', name: 'Overview', path: '' },
  { id: 'versions', name: 'Versions', path: '/versions' },
  { id: 'changelog', name: 'Changelog', path: '/changelog' },
  { id: 'security', name: 'Security', path: '/security' },
  { id: 'dependents', name: 'Dependents', path: '/dependents' },
] as const
export type WorkerTab = (typeof TABS)[number]['id']

/** What all pages of a worker begin with: what it is, how it stands, and its other pages. */
export function workerHead(
  worker: WorkerDocument,
  release: ReleaseDocument,
  current: WorkerTab | null,
): Markup {
  return html`<header class="worker-head">
<div class="row"><h1 dir="auto">${worker.name}</h1>${standing(worker, release).map(
    ({ text, kind }) => html`<span class="chip ${kind}">${text}</span>`,
  )}</div>
<p class="lead" dir="auto">${worker.description}</p>
<ul class="meta soft at-a-glance"><li><code class="worker-id">${worker.id}</code></li><li>${worker.version}</li>${
    release.platforms.length === 0 ? NOTHING : html`<li>${systemsOf(release)}</li>`
  }<li>${release.variants.map(({ name }) => name).join(', ')}</li><li>${worker.license}</li><li>${priceText(worker.pricing)}</li><li><a href="${comparePath([worker.id])}" rel="nofollow">Compare</a></li></ul>
${notices(worker, release)}
<nav class="tabs" aria-label="${worker.name}"><ul>${TABS.map(
    ({ id, name, path }) =>
      html`<li><a href="/worker/${worker.id}${path}"${id === current ? html` aria-current="page"` : NOTHING}>${name}</a></li>`,
  )}</ul></nav>
</header>`
}

function systemsOf({ platforms }: ReleaseDocument): string {
  return [...new Set(platforms.map(({ os }) => systemName(os)))].join(', ')
}

function standing(worker: WorkerDocument, release: ReleaseDocument): { text: string; kind: string }[] {
  const shown: { text: string; kind: string; when: boolean }[] = [
    { text: 'official', kind: 'good', when: worker.source === 'official' },
    { text: 'signed', kind: 'good', when: isSigned(release.variants) },
    { text: 'paid', kind: '', when: worker.pricing !== null && worker.pricing.model !== 'free' },
    { text: 'source only', kind: '', when: !worker.distribution.binary_available },
    { text: 'pre-release', kind: '', when: release.prerelease },
    { text: 'deprecated', kind: 'bad', when: worker.deprecated },
    { text: 'yanked', kind: 'bad', when: release.yanked !== null },
    { text: 'quarantined', kind: 'bad', when: release.quarantined !== null },
  ]
  return shown.filter(({ when }) => when)
}

/** What somebody has to know before they install. */
export function notices(
  { deprecation }: Pick<WorkerDocument, 'deprecation'>,
  release: ReleaseDocument,
): Markup {
  return html`${
    deprecation === null
      ? NOTHING
      : html`<div class="note bad"><p><strong>Deprecated.</strong> <span dir="auto">${deprecation.message}</span></p>${
          deprecation.successor === undefined
            ? NOTHING
            : html`<p>Use <a href="/worker/${deprecation.successor}"><code>${deprecation.successor}</code></a> instead.</p>`
        }</div>`
  }${
    release.quarantined === null
      ? NOTHING
      : html`<div class="note bad"><p><strong>Quarantined.</strong> ${release.version} may not run anywhere: <span dir="auto">${release.quarantined}</span></p></div>`
  }${
    release.yanked === null
      ? NOTHING
      : html`<div class="note bad"><p><strong>Yanked.</strong> ${release.version} is not chosen any more: <span dir="auto">${release.yanked}</span></p></div>`
  }${
    release.security_fix === null
      ? NOTHING
      : html`<div class="note"><p><strong>Security fix.</strong> <span dir="auto">${release.security_fix}</span></p></div>`
  }`
}
