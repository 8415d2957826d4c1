import type { WorkerList, WorkerSummary } from '@rbee/schema'
import { html } from 'hono/html'
import type { Markup, Page } from './page.ts'

/** The first page: what this is, how to install a worker, and which ones there are. */
export function startPage({ workers, total }: WorkerList, publicUrl: string): Page {
  const sample = workers.find(({ id }) => id === 'llm-worker') ?? workers[0]
  return {
    title: 'rbee Worker Catalog',
    content: html`<h1>AI inference workers for your machine</h1>
<p>A worker is a program that serves models. This registry holds workers with builds for different hardware, and <code>rbee-hive</code> installs the one that fits yours.</p>
<pre><code>curl -fsSL ${publicUrl}/install.sh | sh
export RBEE_REGISTRY=${publicUrl}
rbee-hive install ${sample?.id ?? 'WORKER'} --auto</code></pre>
<p class="soft">In a clone of the project, programs run as <code>npx -y pnpm@12 -s rbee-hive …</code>. Older clients read <a href="/workers">/workers</a>; everything else is described under <a href="/docs">API</a>.</p>
<h2>${total === 1 ? '1 worker' : `${total} workers`}</h2>
${workers.length === 0 ? emptyShelf() : html`<ul class="plain">${workers.map(workerCard)}</ul>`}
${total > workers.length ? html`<p>The first ${workers.length} are shown; <a href="/v1/workers">/v1/workers</a> lists all.</p>` : ''}`,
  }
}

function emptyShelf(): Markup {
  return html`<p>None yet. A catalog is synced with <code>rbee-catalog sync</code>, a worker published with <code>rbee-publish</code>. What catalogs brought stands under <a href="/v1/catalog/status">/v1/catalog/status</a>.</p>`
}

function workerCard(worker: WorkerSummary): Markup {
  const platforms = worker.platforms.map(({ os, arch }) => `${os} ${arch}`).join(', ')
  return html`<li class="card" id="${worker.id}">
<div class="head"><h3><a href="${worker.url}">${worker.name}</a></h3> <code>${worker.id}</code> <span class="soft">${worker.version}</span></div>
<p>${worker.description}</p>
<p>${worker.variants.map(({ name }) => html`<span class="chip">${name}</span>`)}${
    worker.distribution.binary_available ? '' : html`<span class="chip">source only</span>`
  }${worker.deprecated ? html`<span class="chip">deprecated</span>` : ''}</p>
<p class="soft">${worker.source} · ${worker.license} · ${platforms} · <a href="${worker.versions_url}">versions</a>${
    worker.pkgbuild_url === null ? '' : html` · <a href="${worker.pkgbuild_url}">PKGBUILD</a>`
  }</p>
</li>`
}
