import { html } from 'hono/html'
import { type Markup, NOTHING } from '../layout/markup.ts'
import { README_SHOWN, readmeMarkup } from '../readme/readme.ts'
import { page, redirect, type SiteRoute } from '../route.ts'
import { optionalChangelog } from './optional-text.ts'
import { isVerified } from './verified.ts'
import { workerHead } from './worker-frame.ts'

/** What a worker's author says changed from version to version. */
export const changelogPage: SiteRoute = {
  changesWith: 'documents',
  async answer({ api, parameter }) {
    const address = parameter('id')
    const worker = await api.getWorker(address)
    if (worker.id !== address) return redirect(`/worker/${worker.id}/changelog`)
    const [release, changelog] = await Promise.all([
      api.getRelease(worker.id, worker.version),
      optionalChangelog(api, worker),
    ])
    return page({
      title: `Changelog of ${worker.name}`,
      description: `What its author says changed in ${worker.id}.`,
      path: `/worker/${worker.id}/changelog`,
      unlisted: changelog === null,
      content: html`${workerHead(worker, release, 'changelog')}
<div class="sections worker-part"><section aria-labelledby="changelog"><h2 id="changelog" class="hidden">Changelog</h2>
${changelog === null ? absent(worker.id) : text(changelog, worker.id, isVerified(release))}
</section></div>`,
    })
  },
}

function absent(id: string): Markup {
  return html`<p class="soft">Not available: there is no CHANGELOG.md beside the worker. What its releases state is compared under <a href="/worker/${id}/versions">Versions</a>.</p>`
}

function text(changelog: string, id: string, linked: boolean): Markup {
  return html`<div class="readme" dir="auto">${readmeMarkup(changelog, { links: linked })}</div>
${changelog.length > README_SHOWN ? html`<p><a href="/v1/workers/${id}/changelog">The whole text</a></p>` : NOTHING}`
}
