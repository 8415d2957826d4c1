import type { Problem } from '@rbee/schema'
import { html } from 'hono/html'
import { documentText } from '../layout/document.ts'
import { type Markup, NOTHING } from '../layout/markup.ts'

/** The page in place of one that cannot be shown, for people; programs get the same as a problem document. */
export function failurePageText(problem: Problem): string {
  const { status, code, detail, next } = problem
  return documentText(
    {
      title: status === 404 ? 'Not found' : 'That did not work',
      path: '/error',
      unlisted: true,
      content: html`<div class="failure">
<p class="failure-status">${status}</p>
<h1>${detail}</h1>
${next === undefined ? NOTHING : html`<p>What to do: ${linked(next)}.</p>`}
<p class="soft">Code <a href="/docs/errors#${code}"><code>${code}</code></a></p>
<p class="row"><a href="/search">All workers</a><a href="/docs">Documentation</a><a href="/status">Status</a></p>
</div>`,
    },
    // Only pages that search engines list name their address.
    '',
  )
}

/** Addresses of the documentation become links. */
function linked(next: string): Markup {
  return html`${next
    .split(/(\/docs\b[a-z/#-]*)/)
    .map((part, index) => (index % 2 === 0 ? part : html`<a href="${part}">${part}</a>`))}`
}
