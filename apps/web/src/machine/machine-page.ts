import type { HostProfile } from '@rbee/schema'
import { html } from 'hono/html'
import { counted } from '../figures/figures.ts'
import { type Markup, NOTHING } from '../layout/markup.ts'
import { type Page, page, type SiteForm, type SiteFormRequest, type SiteRoute } from '../route.ts'
import { searchInput } from '../search/search-address.ts'
import { workerCard } from '../workers/worker-card.ts'
import { type MachineQuestion, machineForm } from './machine-form.ts'
import { planMarkup } from './plan-markup.ts'
import { checkProfile } from './profile-text.ts'
import { summaryMarkup } from './summary-markup.ts'
import { verdictOn } from './verdict.ts'

const HITS = 20

/** Where people say what their machine is; a program in the page keeps it in the browser. */
export const machinePage: SiteRoute = {
  changesWith: 'program',
  answer: ({ url }) =>
    page(machineDocument({ worker: url.searchParams.get('worker') ?? '', text: '', problems: [] })),
}

/**
 * What runs on the machine whose profile a form sends: the plan for one worker, or the workers of a search. The profile is
 * kept nowhere.
 */
export const machineAnswer: SiteForm = {
  async answer(request) {
    const question = { worker: request.form.get('worker') ?? '', text: request.form.get('profile') ?? '' }
    const checked = checkProfile(question.text)
    if (!checked.valid) return page(machineDocument({ ...question, problems: checked.problems }))
    const { profile } = checked
    const answer =
      question.worker === ''
        ? await foundWorkers(request, question.text, profile)
        : await plannedWorker(request, question.worker, profile)
    return page(machineDocument({ ...question, problems: [] }, { profile, answer }))
  },
}

interface Answered {
  readonly profile: HostProfile
  readonly answer: Markup
}

function machineDocument(question: MachineQuestion, answered?: Answered): Page {
  return {
    title: 'My machine',
    description: 'Say what your machine is, and every page says which workers run on it, and why.',
    path: '/machine',
    islands: ['machine'],
    ...(answered === undefined && question.worker === '' ? {} : { unlisted: true }),
    content: html`<div class="machine">
<h1>My machine</h1>
<p class="lead">Every page can say what runs on your machine, and why. What you tell stays in this browser.</p>
<div class="machine-columns">
<div class="sections">
${answered?.answer ?? NOTHING}
<section data-kept hidden aria-labelledby="kept"><h2 id="kept">Kept in this browser</h2><dl class="facts" data-summary></dl><p class="row" data-kept-acts></p></section>
${machineForm(question)}
</div>
<aside class="sections">
${answered === undefined ? NOTHING : html`<section aria-labelledby="told"><h2 id="told">What was told</h2>${summaryMarkup(answered.profile)}</section>`}
<section aria-labelledby="what-is-sent" class="flow small"><h2 id="what-is-sent">What is sent</h2>
<p>Nothing, until you press “Show what runs on it”, or ask a search to leave out what does not run: then the profile goes along with that one question. The registry keeps nothing of it.</p>
<p>A profile names the system, processor, memory, free disk and GPUs. It holds no name, address or serial number.</p></section>
<section aria-labelledby="no-hive" class="flow small"><h2 id="no-hive">Without rbee-hive</h2>
<p data-no-browser>With JavaScript, your browser can tell some of it here.</p>
<div data-browser hidden></div>
<p><a href="/docs/hive">How to install rbee-hive</a></p></section>
</aside>
</div>
</div>`,
  }
}

async function plannedWorker(
  { api, registry }: SiteFormRequest,
  name: string,
  profile: HostProfile,
): Promise<Markup> {
  const worker = await api.getWorker(name)
  const release = await api.getRelease(worker.id, worker.version)
  return planMarkup(worker, verdictOn(release, profile, registry))
}

/** @param text the profile as it was sent, which the next page of hits needs again. */
async function foundWorkers(
  { api, form }: SiteFormRequest,
  text: string,
  profile: HostProfile,
): Promise<Markup> {
  const query = new URLSearchParams(form.get('search') ?? '')
  const { hits, total, next_cursor } = await api.searchWorkers({
    ...searchInput(query, HITS),
    host_profile: profile,
    fits: 'only',
  })
  const next = new URLSearchParams(query)
  if (next_cursor !== null) next.set('cursor', next_cursor)
  return html`<section aria-labelledby="runs"><h2 id="runs">${counted(total, 'worker runs', 'workers run')} on this machine</h2>
${hits.length === 0 ? html`<p class="soft">Builds for other machines are in <a href="/search">the list of all workers</a>.</p>` : NOTHING}
<ul class="plain worker-list">${hits.map(({ worker, highlights, fit }) => workerCard(worker, highlights, fit))}</ul>
${
  next_cursor === null
    ? NOTHING
    : html`<form action="/machine" method="post" class="pages"><input type="hidden" name="profile" value="${text}"><input type="hidden" name="search" value="${next.toString()}"><button type="submit" class="button quiet">More workers</button></form>`
}
</section>`
}
