import { ERRORS } from '@rbee/schema'
import { html } from 'hono/html'
import type { SiteRoute } from '../route.ts'
import { docsAnswer } from './docs-layout.ts'

/** Every code that a failure can have. */
export const errorsPage: SiteRoute = {
  changesWith: 'program',
  answer: () =>
    docsAnswer({
      title: 'Errors',
      description: 'Every code that a failure can have, over HTTP and on the command line.',
      path: '/docs/errors',
      content: html`<p>Failures over HTTP are problem documents (<code>application/problem+json</code>, RFC 9457). <code>code</code> never changes its meaning, <code>detail</code> says what was wrong, and <code>next</code>, where there is advice, what to do. <code>error</code> repeats <code>detail</code> for older clients. The command line shows the same codes with <code>--json</code>; those of them that never travel over HTTP have a status, too, which stands for their kind.</p>
<div class="scroll" tabindex="0"><table class="table error-codes">
<thead><tr><th>Code</th><th>Status</th><th>Meaning</th></tr></thead>
<tbody>${Object.entries(ERRORS).map(
        ([code, { status, title }]) =>
          html`<tr id="${code}"><td><a href="#${code}"><code>${code}</code></a></td><td>${status}</td><td>${title}</td></tr>`,
      )}</tbody>
</table></div>`,
    }),
}
