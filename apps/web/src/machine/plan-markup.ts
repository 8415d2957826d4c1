import type { WorkerDocument } from '@rbee/schema'
import { html } from 'hono/html'
import { byteSize } from '../figures/byte-size.ts'
import { type Markup, NOTHING } from '../layout/markup.ts'
import type { Verdict } from './verdict.ts'

/** Whether a worker runs on a machine, and why; the same that the program of its page shows. */
export function planMarkup(worker: WorkerDocument, { headline, runs, reason, plan }: Verdict): Markup {
  return html`<section aria-labelledby="plan" class="flow plan"><h2 id="plan"><a href="/worker/${worker.id}" dir="auto">${worker.name}</a> <span class="${runs === 'yes' ? 'good' : 'soft'}">${headline.toLowerCase()}</span></h2>
<p>${reason}</p>
${plan.artifact === null ? NOTHING : html`<p class="soft small">${byteSize(plan.artifact.size)} to download, ${byteSize(plan.artifact.unpacked_size)} on disk.</p>`}
${plan.warnings.map(({ message }) => html`<p class="note">${message}</p>`)}
${
  plan.rejected.length === 0
    ? NOTHING
    : html`<h3>Not chosen</h3><ul class="reasons small">${plan.rejected.map((one) => html`<li>${one.reason}</li>`)}</ul>`
}
</section>`
}
