import type { Fit, FoundWorker, Highlight } from '@rbee/schema'
import { html } from 'hono/html'
import { counted, dayOf } from '../figures/figures.ts'
import { type Markup, NOTHING } from '../layout/markup.ts'
import { priceText } from '../worker/install-section.ts'
import { systemName } from '../worker/platform-names.ts'
import { highlighted } from './highlighted.ts'

/**
 * A worker in a list. An island that knows the visitor's machine fills `data-fit`.
 *
 * @param fit where the registry was asked about a machine.
 * @param compareForm id of the form that compares the workers chosen in the list, where there is one.
 */
export function workerCard(
  worker: FoundWorker,
  highlights: readonly Highlight[] = [],
  fit: Fit | null = null,
  compareForm: string | null = null,
): Markup {
  const found = (field: Highlight['field']) => highlights.find((one) => one.field === field)
  const readme = found('readme')
  return html`<li class="worker-card" data-worker="${worker.id}">
<div class="row"><h3><a href="/worker/${worker.id}" dir="auto">${highlighted(worker.name, found('name'))}</a></h3>${chips(worker)}${compareForm === null ? NOTHING : compareBox(worker, compareForm)}</div>
<p dir="auto" class="description">${highlighted(worker.description, found('description'))}</p>
${readme === undefined ? NOTHING : html`<p dir="auto" class="excerpt soft small">… ${highlighted(readme.text, readme)} …</p>`}
<ul class="meta soft small"><li><code>${worker.id}</code></li><li>${worker.version}</li><li>${systems(worker)}</li><li>${variants(worker)}</li><li>${worker.license}</li>${
    worker.downloads === 0 ? NOTHING : html`<li>${counted(worker.downloads, 'download')}</li>`
  }<li>${dayOf(worker.published_at)}</li></ul>
${fit === null ? html`<p class="fit small" data-fit hidden></p>` : html`<p class="fit small">${fit.reason}</p>`}
</li>`
}

/** The same in a line or two, where several lists stand side by side. */
export function workerLine(worker: FoundWorker): Markup {
  return html`<li class="worker-line" data-worker="${worker.id}"><div class="row"><a href="/worker/${worker.id}" dir="auto">${worker.name}</a> <span class="soft small">${
    worker.downloads === 0 ? worker.version : counted(worker.downloads, 'download')
  }</span></div><p dir="auto" class="soft small">${worker.description}</p><p class="fit small" data-fit hidden></p></li>`
}

function chips(worker: FoundWorker): Markup {
  const shown = [
    { text: 'quarantined', kind: 'bad', when: worker.quarantined },
    { text: 'official', kind: 'good', when: worker.source === 'official' },
    { text: priceText(worker.pricing), kind: '', when: worker.distribution.requires_license },
    { text: 'source only', kind: '', when: !worker.distribution.binary_available },
    { text: 'deprecated', kind: 'bad', when: worker.deprecated },
  ].filter(({ when }) => when)
  return html`${shown.map(({ text, kind }) => html`<span class="chip ${kind}">${text}</span>`)}`
}

function compareBox({ id, name }: FoundWorker, form: string): Markup {
  return html`<label class="compare-box soft small"><input type="checkbox" name="w" value="${id}" form="${form}"> Compare<span class="hidden" dir="auto"> ${name}</span></label>`
}

function systems({ platforms }: FoundWorker): string {
  return [...new Set(platforms.map(({ os }) => systemName(os)))].join(', ')
}

function variants(worker: FoundWorker): string {
  return worker.variants.map(({ name }) => name).join(', ')
}
