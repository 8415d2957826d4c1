import { html } from 'hono/html'
import { page, type SiteRoute } from '../route.ts'

const REFERENCES = [
  { path: '/docs/api', name: 'API', what: 'Every call over HTTP, with an example' },
  { path: '/docs/manifest', name: 'Manifest', what: 'The fields of worker.toml' },
  { path: '/docs/errors', name: 'Errors', what: 'What each code means' },
] as const

/** The start of the documentation. */
export const docsPage: SiteRoute = {
  changesWith: 'documents',
  answer: () =>
    page({
      title: 'Documentation',
      description: 'How to install, publish and run AI inference workers with rbee.',
      path: '/docs',
      content: html`<div class="doc"><h1>Documentation</h1>
<ul class="plain">${REFERENCES.map(
        ({ path, name, what }) =>
          html`<li><a href="${path}">${name}</a> <span class="soft">${what}</span></li>`,
      )}</ul></div>`,
    }),
}
