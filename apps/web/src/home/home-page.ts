import type { WorkerList, WorkerSummary } from '@rbee/schema'
import { html } from 'hono/html'
import type { Markup } from '../layout/markup.ts'
import { page, type SiteRoute } from '../route.ts'

const WORKERS_SHOWN = 50

/** The first page: what this is, how to install a worker, and which ones there are. */
export const homePage: SiteRoute = {
  changesWith: 'figures',
  async answer({ api, registry }) {
    const list = await api.listWorkers({ limit: WORKERS_SHOWN })
    return page({
      title: 'rbee Worker Catalog',
      description: 'Find, check and install AI inference workers that fit your machine.',
      path: '/',
      content: homeContent(list, registry),
    })
  },
}

function homeContent({ workers, total }: WorkerList, registry: string): Markup {
  const sample = workers.find(({ id }) => id === 'llm-worker') ?? workers[0]
  return html`<h1>AI inference workers for your machine</h1>
<p>A worker is a program that serves models. This registry holds workers with builds for different hardware, and <code>rbee-hive</code> installs the one that fits yours.</p>
<pre><code>curl -fsSL ${registry}/install.sh | sh
export RBEE_REGISTRY=${registry}
rbee-hive install ${sample?.id ?? 'WORKER'} --auto</code></pre>
<h2>${total === 1 ? '1 worker' : `${total} workers`}</h2>
${workers.length === 0 ? emptyShelf() : html`<ul class="plain">${workers.map(workerCard)}</ul>`}`
}

function emptyShelf(): Markup {
  return html`<p>None yet. A catalog is synced with <code>rbee-catalog sync</code>, a worker published with <code>rbee-publish</code>.</p>`
}

function workerCard(worker: WorkerSummary): Markup {
  return html`<li id="${worker.id}"><h3><a href="/worker/${worker.id}" dir="auto">${worker.name}</a></h3>
<p dir="auto">${worker.description}</p></li>`
}
