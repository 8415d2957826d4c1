import type { SearchHit, TagList } from '@rbee/schema'
import { html } from 'hono/html'
import { counted, wholeNumber } from '../figures/figures.ts'
import { type Markup, NOTHING } from '../layout/markup.ts'
import { page, type SiteRoute } from '../route.ts'
import { workerLine } from '../workers/worker-card.ts'
import { type RisingEntry, risingLine, risingWorkers } from './rising.ts'
import { tasksOf } from './tasks.ts'

const SHOWN = 6

/** The first page: search, then what is new, what rises, what many take, and what there is for each task. */
export const homePage: SiteRoute = {
  changesWith: 'figures',
  async answer({ api, registry }) {
    const lists = (sort: string, limit: number) =>
      api.search(new URLSearchParams({ sort, limit: String(limit) }))
    const [recent, downloaded, { tags }, rising] = await Promise.all([
      lists('recent', 2 * SHOWN),
      lists('downloads', 2 * SHOWN),
      api.listTags(),
      risingWorkers(api, SHOWN),
    ])
    const fresh = offered(recent.hits)
    const popular = offered(downloaded.hits.filter(({ worker }) => worker.downloads > 0))
    return page({
      title: 'rbee Worker Catalog',
      description: 'Find, check and install AI inference workers that fit your machine.',
      path: '/',
      style: 'home',
      content: html`<section class="hero">
<h1>AI inference workers that fit your machine</h1>
<form class="hero-search" role="search" action="/search">
<label class="hidden" for="search">Search workers</label>
<input id="search" type="search" name="q" placeholder="Task or model" autocomplete="off" maxlength="200">
<button type="submit" class="button">Search</button>
</form>
<p class="soft">${counted(recent.total, 'worker')}. <a href="/machine">Tell your machine</a> to see what runs on it.</p>
</section>
${recent.total === 0 ? emptyShelf() : shelves({ recent: fresh, rising, popular, tags })}
<section class="start" aria-labelledby="start"><h2 id="start">One line to begin</h2>
<div class="command"><code data-copy="Copy the command that installs rbee-hive">curl -fsSL ${registry}/install.sh | sh</code></div>
<p class="soft">Installs <code>rbee-hive</code>, which asks your hardware, chooses the build that fits, checks it against signed metadata, and tests it before it counts as installed. <a href="/docs">How it works</a></p>
</section>`,
    })
  },
}

/** The first that can be installed: what is blocked or given up is not what a first page shows. */
function offered(hits: readonly SearchHit[]): SearchHit[] {
  return hits.filter(({ worker }) => !worker.quarantined && !worker.deprecated).slice(0, SHOWN)
}

interface Shelves {
  readonly recent: readonly SearchHit[]
  readonly rising: readonly RisingEntry[]
  readonly popular: readonly SearchHit[]
  readonly tags: TagList['tags']
}

function shelves({ recent, rising, popular, tags }: Shelves): Markup {
  const tasks = tasksOf(tags)
  return html`<div class="shelves">
${
  recent.length === 0
    ? NOTHING
    : html`<section aria-labelledby="new"><h2 id="new"><a href="/search?sort=recent">New</a></h2><ul class="plain">${recent.map(({ worker }) => workerLine(worker))}</ul></section>`
}
${
  rising.length === 0
    ? NOTHING
    : html`<section class="rising" aria-labelledby="rising"><h2 id="rising">Rising</h2><ul class="plain">${rising.map(risingLine)}</ul></section>`
}
${
  popular.length === 0
    ? NOTHING
    : html`<section aria-labelledby="popular"><h2 id="popular"><a href="/search?sort=downloads">Most downloaded</a></h2><ul class="plain">${popular.map(({ worker }) => workerLine(worker))}</ul></section>`
}
${
  tasks.length === 0
    ? NOTHING
    : html`<section class="by-task" aria-labelledby="tasks"><h2 id="tasks"><a href="/tags">By task</a></h2><ul class="plain tasks">${tasks.map(
        ({ name, tag, count }) =>
          html`<li><a href="/tag/${tag}">${name}</a> <span class="soft small">${wholeNumber(count)}</span></li>`,
      )}</ul></section>`
}
</div>`
}

function emptyShelf(): Markup {
  return html`<div class="note flow"><h2>No workers yet</h2>
<p>A catalog is brought with <code>rbee-catalog sync</code>, a single worker published with <code>rbee-publish</code>. <a href="/docs">How</a></p></div>`
}
