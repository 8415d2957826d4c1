import type { WorkerDocument } from '@rbee/schema'
import { html } from 'hono/html'
import { workerDiscovery } from '../discovery/worker-discovery.ts'
import { type Markup, NOTHING } from '../layout/markup.ts'
import { README_SHOWN, readmeMarkup } from '../readme/readme.ts'
import { page, redirect, type SiteRoute } from '../route.ts'
import { compatibilityTable } from './compatibility.ts'
import { factsSection } from './facts.ts'
import { installSection, priceSection } from './install-section.ts'
import { optionalReadme } from './optional-text.ts'
import { screenshotsSection } from './screenshots.ts'
import { isVerified } from './verified.ts'
import { workerHead } from './worker-frame.ts'

/** What a worker is, whether it runs here, and the line that installs it. */
export const workerPage: SiteRoute = {
  changesWith: 'figures',
  async answer({ api, parameter, registry, site }) {
    const address = parameter('id')
    const worker = await api.getWorker(address)
    if (worker.id !== address) return redirect(`/worker/${worker.id}`)
    const [release, statistics, readme] = await Promise.all([
      api.getRelease(worker.id, worker.version),
      api.workerStatistics(worker.id),
      optionalReadme(api, worker),
    ])
    const linked = isVerified(release)
    return page({
      title: worker.name,
      description: worker.description,
      path: `/worker/${worker.id}`,
      islands: ['worker'],
      ...workerDiscovery(worker, registry, linked),
      content: html`${workerHead(worker, release, 'overview')}
<div class="worker-body">
<div class="sections">
${installSection(worker, release, { registry, tap: site.hasTap })}
${priceSection(worker.pricing, linked)}
<section aria-labelledby="builds"><h2 id="builds">Builds</h2><p class="soft small">To download, and unpacked.</p>${compatibilityTable(release, `Builds of ${worker.name} ${worker.version}`)}</section>
</div>
${factsSection(worker, release, statistics, { linked, reportTo: site.reportTo })}
<div class="sections">
${screenshotsSection(worker, linked)}
${readmeSection(readme, worker, linked)}
</div>
</div>`,
    })
  },
}

function readmeSection(readme: string | null, worker: WorkerDocument, linked: boolean): Markup {
  if (readme === null) {
    return html`<section aria-labelledby="readme"><h2 id="readme">README</h2><p class="soft">Its author wrote none.</p></section>`
  }
  return html`<section aria-labelledby="readme"><h2 id="readme">README</h2>
<div class="readme" dir="auto">${readmeMarkup(withoutTitle(readme, worker), { links: linked })}</div>
${readme.length > README_SHOWN ? html`<p><a href="/v1/workers/${worker.id}/readme">The whole text</a></p>` : NOTHING}
</section>`
}

/** Most READMEs begin with the name, which the page has said; what has nothing else stays whole. */
function withoutTitle(readme: string, { id, name }: WorkerDocument): string {
  const [heading = '', title = ''] = /^\s*# ([^\n]+)/.exec(readme) ?? []
  const rest = readme.slice(heading.length)
  const said = [id, name].some((one) => one.toLowerCase() === title.trim().toLowerCase())
  return said && rest.trim() !== '' ? rest : readme
}
