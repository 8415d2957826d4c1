import type { VersionsDocument } from '@rbee/schema'
import { html } from 'hono/html'
import { counted, dayOf } from '../figures/figures.ts'
import { type Markup, NOTHING } from '../layout/markup.ts'
import { pageLinks, pageNumber } from '../layout/pages.ts'
import { page, redirect, type SiteRoute } from '../route.ts'
import { changelogAnchors } from './changelog-anchors.ts'
import { diffPath } from './diff-address.ts'
import { optionalChangelog } from './optional-text.ts'
import { platformName, sortedPlatforms } from './platform-names.ts'
import { releaseState, standingReason } from './release-state.ts'
import { workerHead } from './worker-frame.ts'

const PER_PAGE = 100
/** Newest releases that can be chosen to compare; addresses of older ones can be written by hand. */
const COMPARABLE = 200

type Release = VersionsDocument['releases'][number]

/** Every release of a worker, newest first, with what became of it. */
export const versionsPage: SiteRoute = {
  changesWith: 'documents',
  async answer({ api, parameter, url }) {
    const address = parameter('id')
    const worker = await api.getWorker(address)
    if (worker.id !== address) return redirect(`/worker/${worker.id}/versions`)
    const [release, { releases, latest }, changelog] = await Promise.all([
      api.getRelease(worker.id, worker.version),
      api.listVersions(worker.id),
      optionalChangelog(api, worker),
    ])
    const notes = changelogAnchors(changelog)
    const count = Math.ceil(releases.length / PER_PAGE)
    const number = pageNumber(url.searchParams.get('page'), count)
    const shown = releases.slice((number - 1) * PER_PAGE, number * PER_PAGE)
    return page({
      title: `Versions of ${worker.name}`,
      description: `${counted(releases.length, 'release')} of ${worker.id}.`,
      path: `/worker/${worker.id}/versions`,
      unlisted: number > 1,
      content: html`${workerHead(worker, release, 'versions')}
<div class="sections worker-part">
${releases.length > 1 ? comparison(worker.id, releases.slice(0, COMPARABLE)) : NOTHING}
<section aria-labelledby="releases"><h2 id="releases">${counted(releases.length, 'release')}</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Releases"><table class="table"><caption class="hidden">Releases of ${worker.name}, newest first</caption>
<thead><tr><th scope="col">Version</th><th scope="col">Published</th><th scope="col">State</th><th scope="col">Builds</th><th scope="col">Changes</th></tr></thead>
<tbody>${shown.map((one) => releaseRow(worker.id, one, { latest, releases, notes }))}</tbody></table></div>
${pageLinks({ number, count, path: (to) => `/worker/${worker.id}/versions${to === 1 ? '' : `?page=${to}`}`, names: ['Newer', 'Older'] })}
</section></div>`,
    })
  },
}

interface Context {
  readonly latest: string
  readonly releases: readonly Release[]
  /** The parts of the changelog, by version. */
  readonly notes: ReadonlyMap<string, string>
}

function releaseRow(id: string, release: Release, { latest, releases, notes }: Context): Markup {
  const before = releases[releases.indexOf(release) + 1]
  const note = notes.get(release.version)
  const reason = standingReason(release)
  return html`<tr><th scope="row" class="nowrap"><a href="/worker/${id}/${release.version}">${release.version}</a></th>
<td class="nowrap">${dayOf(release.published_at)}</td>
<td>${releaseState(release, latest)}${reason === null ? NOTHING : html`<span class="reason soft" dir="auto">${reason}</span>`}</td>
<td class="platforms">${release.platforms.length === 0 ? html`<span class="soft">source only</span>` : sortedPlatforms(release.platforms).map(platformName).join(', ')}</td>
<td class="nowrap">${before === undefined ? NOTHING : html`<a href="${diffPath(id, before.version, release.version)}">since ${before.version}</a>`}${note === undefined ? NOTHING : html`${before === undefined ? NOTHING : ', '}<a href="/worker/${id}/changelog#${note}">notes</a>`}</td></tr>`
}

/** Any two releases side by side. */
function comparison(id: string, releases: readonly Release[]): Markup {
  const options = (chosen: number) =>
    html`${releases.map(({ version }, index) => html`<option value="${version}"${index === chosen ? html` selected` : NOTHING}>${version}</option>`)}`
  return html`<form class="row compare-form" action="/worker/${id}/diff"><label for="from">Compare</label><select id="from" name="from">${options(1)}</select><label for="to">with</label><select id="to" name="to">${options(0)}</select><button type="submit" class="button quiet">Show what changed</button></form>`
}
