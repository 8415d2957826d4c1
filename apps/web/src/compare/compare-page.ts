import type { WorkerId } from '@rbee/schema'
import { html } from 'hono/html'
import { type Markup, NOTHING } from '../layout/markup.ts'
import { page, type SiteRoute } from '../route.ts'
import { comparePath } from './compare-address.ts'
import {
  COMPARED_MAX,
  type ComparedWorker,
  type ComparedWorkers,
  comparedWorkers,
} from './compared-workers.ts'
import { type ComparedFact, type ComparedGroup, comparison } from './comparison.ts'

/** Up to four workers side by side. */
export const comparePage: SiteRoute = {
  changesWith: 'figures',
  async answer({ api, url }) {
    const compared = await comparedWorkers(api, url.searchParams.getAll('w'))
    const { found } = compared
    return page({
      title: found.length < 2 ? 'Compare workers' : found.map(({ worker }) => worker.name).join(' and '),
      description: 'What workers do, where they run, what they need and on what terms, side by side.',
      path: '/compare',
      style: 'compare',
      unlisted: found.length > 0,
      content: html`<div class="compare sections">
<h1>Compare workers</h1>
${remarks(compared)}
${found.length === 0 ? NOTHING : table(found)}
${found.length < COMPARED_MAX ? addForm(found) : NOTHING}
</div>`,
    })
  },
}

function remarks({ unknown, over }: ComparedWorkers): Markup {
  return html`${unknown.map((name) => html`<p class="note">There is no worker <span dir="auto">“${name}”</span>. <a href="${`/search?${new URLSearchParams({ q: name })}`}">Search for it</a></p>`)}${
    over.length === 0
      ? NOTHING
      : html`<p class="note">${COMPARED_MAX} workers stand side by side at most; <span dir="auto">${over.join(', ')}</span> ${over.length === 1 ? 'is' : 'are'} left out.</p>`
  }`
}

function table(workers: readonly ComparedWorker[]): Markup {
  const ids = workers.map(({ worker }) => worker.id)
  const caption = workers.length === 1 ? 'What there is to compare' : 'The workers side by side'
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table class="table compared">
<caption class="hidden">${caption}</caption>
<thead><tr><td></td>${workers.map((one) => columnHead(one, ids))}</tr></thead>
${comparison(workers).map((group) => groupRows(group, workers.length))}
</table></div>
${workers.length < 2 ? NOTHING : html`<p class="soft small"><span class="differs" aria-hidden="true">≠</span> marks where they differ.</p>`}`
}

function columnHead({ worker }: ComparedWorker, ids: readonly WorkerId[]): Markup {
  const others = ids.filter((id) => id !== worker.id)
  return html`<th scope="col" data-worker="${worker.id}"><a href="/worker/${worker.id}" dir="auto">${worker.name}</a>
<p class="soft small" dir="auto">${worker.description}</p>
<p class="fit small" data-fit hidden></p>
<p class="small"><a href="${comparePath(others)}" rel="nofollow" aria-label="Remove ${worker.name}">Remove</a></p></th>`
}

function groupRows({ title, facts }: ComparedGroup, columns: number): Markup {
  return html`<tbody><tr class="group"><th scope="rowgroup" colspan="${columns + 1}">${title}</th></tr>${facts.map(factRow)}</tbody>`
}

function factRow({ name, texts, differs }: ComparedFact): Markup {
  return html`<tr><th scope="row">${name}${differs ? html` <span class="differs"><span aria-hidden="true">≠</span><span class="hidden">differs</span></span>` : NOTHING}</th>${texts.map(
    (text) =>
      html`<td dir="auto">${text ?? html`<span class="soft"><span aria-hidden="true">–</span><span class="hidden">none</span></span>`}</td>`,
  )}</tr>`
}

function addForm(workers: readonly ComparedWorker[]): Markup {
  return html`<form action="/compare" class="flow compare-add">
${workers.map(({ worker }) => html`<input type="hidden" name="w" value="${worker.id}">`)}
<p><label for="another">${workers.length === 0 ? 'Id of a worker' : 'Id of another worker'}</label></p>
<p class="row"><input id="another" name="w" required autocomplete="off" autocapitalize="none" spellcheck="false" placeholder="llm-worker"> <button class="button" type="submit">${workers.length === 0 ? 'Begin' : 'Add'}</button> <a href="/search">Find one</a></p>
</form>`
}
