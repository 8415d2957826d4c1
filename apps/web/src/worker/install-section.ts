import type { Pricing, ReleaseDocument, WorkerDocument } from '@rbee/schema'
import { html } from 'hono/html'
import { type Markup, NOTHING } from '../layout/markup.ts'
import { type InstallWay, installWays, type Offers } from './install-ways.ts'
import { systemName } from './platform-names.ts'

/** The ways to install, as lines to copy. A program in the page puts those for the visitor's system first. */
export function installSection(worker: WorkerDocument, release: ReleaseDocument, offers: Offers): Markup {
  if (release.quarantined !== null) {
    return html`<section aria-labelledby="install" class="install"><h2 id="install">Install</h2><p class="soft">Not while ${release.version} is quarantined.</p></section>`
  }
  const [first, ...others] = installWays(worker, offers)
  return html`<section aria-labelledby="install" class="install"><h2 id="install">Install</h2>
<div class="flow">
${first === undefined ? NOTHING : commandLine(first)}
<p class="soft small">${first?.note} ${
    worker.distribution.requires_license
      ? html`It takes a licence: set <code>RBEE_LICENSE_KEY</code>, or add it once with <code>rbee-hive license add</code>.`
      : NOTHING
  }</p>
${runLine(release)}
<div data-plan="${worker.id}" class="plan-box flow"><p class="small"><a href="/machine?worker=${worker.id}" rel="nofollow">Does it run on my machine?</a></p></div>
${
  others.length === 0
    ? NOTHING
    : html`<details class="ways"><summary>Other ways</summary><dl>${others.map(
        (way) =>
          html`<div data-systems="${way.systems.join(' ')}"><dt>${way.name} <span class="soft small">${way.systems.map(systemName).join(', ')}</span></dt><dd>${commandLine(way)}<p class="soft small">${way.note}</p></dd></div>`,
      )}</dl></details>`
}
</div>
</section>`
}

function commandLine({ command, name }: Pick<InstallWay, 'command' | 'name'>): Markup {
  return html`<div class="command"><code data-copy="Copy the command: ${name}">${command}</code></div>`
}

/** How it is started once it is installed; for workers that say so. */
function runLine({ worker, run, capabilities }: ReleaseDocument): Markup {
  if (run === null) return NOTHING
  const [format] = capabilities.supported_formats
  const model = run.model_flag === undefined || format === undefined ? '' : ` --model MODEL.${format}`
  return html`<p class="soft small">Then run it:</p>${commandLine({ name: 'run', command: `rbee-hive run ${worker}${model}` })}`
}

/** `$29 a month`, `free`. */
export function priceText(pricing: Pricing | null): string {
  if (pricing === null) return 'free'
  const { model, price_usd: price, interval } = pricing
  switch (model) {
    case 'free':
      return 'free'
    case 'one-time':
      return price === undefined ? 'paid once' : `${dollars(price)} once`
    case 'subscription':
      return price === undefined ? 'by subscription' : `${dollars(price)} a ${interval ?? 'month'}`
    case 'usage':
      return price === undefined ? 'by usage' : `from ${dollars(price)}, by usage`
    case 'contact':
      return 'on request'
  }
}

function dollars(price: number): string {
  return `$${Number.isInteger(price) ? price : price.toFixed(2)}`
}

/** What a paid worker costs, its trial, and where it is sold. */
export function priceSection(pricing: Pricing | null, linked: boolean): Markup {
  if (pricing === null || pricing.model === 'free') return NOTHING
  const { trial_days: trial, purchase_url: shop } = pricing
  return html`<section aria-labelledby="price" class="price"><h2 id="price">Price</h2>
<p><strong class="amount">${priceText(pricing)}</strong>${trial ? html` <span class="soft">${trial} days free</span>` : NOTHING}</p>
${pricing.price_usd === undefined || pricing.model === 'usage' ? NOTHING : html`<div data-price="${pricing.price_usd}" data-interval="${pricing.model === 'subscription' ? (pricing.interval ?? 'month') : 'once'}"></div>`}
${
  shop === undefined
    ? NOTHING
    : linked
      ? html`<p><a class="button" href="${shop}" rel="nofollow noopener ugc">Buy a licence</a> <span class="soft small">at ${new URL(shop).host}</span></p>`
      : html`<p class="soft small">Sold at ${shop}</p>`
}
</section>`
}
