import type { ReleaseDocument, WorkerDocument, WorkerStatistics } from '@rbee/schema'
import { html } from 'hono/html'
import { counted, dayOf, wholeNumber } from '../figures/figures.ts'
import { type Markup, NOTHING } from '../layout/markup.ts'
import { priceText } from './install-section.ts'
import { reportAddress } from './report-address.ts'

interface Fact {
  readonly name: string
  readonly value: Markup | string | null
}

/** What there is to know of a worker at a glance. */
export function factsSection(
  worker: WorkerDocument,
  release: ReleaseDocument,
  statistics: WorkerStatistics,
  { linked, reportTo }: { readonly linked: boolean; readonly reportTo: string | null },
): Markup {
  const { capabilities } = worker
  const facts: Fact[] = [
    { name: 'Version', value: html`<a href="/worker/${worker.id}/${worker.version}">${worker.version}</a>` },
    { name: 'Published', value: dayOf(release.published_at) },
    { name: 'Licence', value: worker.license },
    { name: 'Price', value: priceText(worker.pricing) },
    { name: 'Publisher', value: publisher(worker) },
    { name: 'Authors', value: names(worker.authors) },
    { name: 'Formats', value: worker.capabilities.supported_formats.join(', ') || null },
    { name: 'Context', value: contextText(capabilities.max_context_length) },
    { name: 'Streaming', value: capabilities.supports_streaming ? 'yes' : 'no' },
    { name: 'Batching', value: capabilities.supports_batching ? 'yes' : 'no' },
    { name: 'Written in', value: worker.implementation },
    { name: 'Needs', value: worker.dependencies.system.join(', ') || null },
    { name: 'Uses', value: worker.dependencies.runtime.join(', ') || null },
    { name: 'Repository', value: webAddress(worker.repository ?? worker.git?.url ?? null, linked) },
    { name: 'Homepage', value: webAddress(worker.homepage, linked) },
    { name: 'Documentation', value: webAddress(worker.documentation, linked) },
  ]
  return html`<aside class="facts-box" aria-label="About ${worker.name}">
<dl class="facts">${facts.map(({ name, value }) =>
    value === null ? NOTHING : html`<div><dt>${name}</dt><dd dir="auto">${value}</dd></div>`,
  )}</dl>
${downloadsFigure(statistics)}
${topics(worker)}
${furtherLinks(worker, reportTo)}
</aside>`
}

function furtherLinks(worker: WorkerDocument, reportTo: string | null): Markup {
  return html`<ul class="meta small"><li><a href="/feeds/worker/${worker.id}.atom">Feed</a></li><li><a href="/badge/${worker.id}.svg">Badge</a></li><li><a href="${reportAddress(reportTo, worker)}">Report</a></li></ul>`
}

/** Its tags, each with a page of its own, behind the tasks that are none. */
function topics({ tags, capabilities }: WorkerDocument): Markup {
  const tasks = capabilities.tasks.filter((task) => !tags.includes(task))
  const links = [
    ...tasks.map((text) => ({ text, to: `/search?q=${encodeURIComponent(text)}` })),
    ...tags.map((text) => ({ text, to: `/tag/${text}` })),
  ]
  if (links.length === 0) return NOTHING
  return html`<ul class="chips" aria-label="Tags">${links.map(({ text, to }) => html`<li><a href="${to}">${text}</a></li>`)}</ul>`
}

/** What a manifest says of maintainers is anybody's claim: this is what the registry itself knows. */
function publisher({ publisher: by }: WorkerDocument): Markup | null {
  if (by === null) return null
  return html`<a href="/publisher/${by.id}">${by.name}</a>${by.verified && by.kind !== 'official' ? html` <span class="soft small">verified</span>` : NOTHING}`
}

function names(authors: readonly string[]): string | null {
  // Addresses of mail are for people who look for them, not for those who collect them.
  const shown = authors
    .map((author) => author.replace(/\s*<[^>]*>/g, '').trim())
    .filter((name) => name !== '')
  return shown.length === 0 ? null : shown.join(', ')
}

function contextText(tokens: number | undefined): string | null {
  return tokens === undefined ? null : `${wholeNumber(tokens)} tokens`
}

/** A link for workers of which a release is verified; the address alone for others. */
function webAddress(address: string | null, linked: boolean): Markup | null {
  if (address === null || !/^https?:/.test(address) || !URL.canParse(address)) return null
  const { host, pathname } = new URL(address)
  const shown = `${host}${pathname === '/' ? '' : pathname}`
  return linked
    ? html`<a class="address" title="${address}" href="${address}" rel="nofollow noopener ugc">${shown}</a>`
    : html`<span title="A link once a release is signed, or published by a workflow that the registry knows">${shown}</span>`
}

const DAYS = 90
const WIDTH = 180
const HEIGHT = 36

/** Downloads of the last 90 days, one bar a day, up to the newest day that has any. */
function downloadsFigure({ downloads, days }: WorkerStatistics): Markup {
  const total = html`<p><strong>${wholeNumber(downloads)}</strong> <span class="soft">${downloads === 1 ? 'download' : 'downloads'}</span></p>`
  if (downloads === 0) return html`<p class="soft small">No downloads yet</p>`
  const last = days.at(-1)
  if (last === undefined) return html`<div class="downloads">${total}</div>`
  const recent = days.reduce((sum, one) => sum + one.downloads, 0)
  const most = Math.max(...days.map((one) => one.downloads))
  const end = Date.parse(last.day)
  const step = WIDTH / DAYS
  const bars = days.map((one) => {
    const age = Math.round((end - Date.parse(one.day)) / 86_400_000)
    const height = Math.max(2, (HEIGHT * one.downloads) / most)
    return html`<rect x="${(WIDTH - (age + 1) * step).toFixed(1)}" y="${(HEIGHT - height).toFixed(1)}" width="${(step * 0.75).toFixed(2)}" height="${height.toFixed(1)}"/>`
  })
  return html`<div class="downloads">${total}<svg class="spark" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${counted(recent, 'download')} in the last 90 days" preserveAspectRatio="none">${bars}</svg></div>`
}
