import { html } from 'hono/html'
import type { Page } from '../route.ts'
import { SITE_NAME } from '../site-name.ts'
import type { Markup } from './markup.ts'

const ALL_RELEASES = { title: `${SITE_NAME}: releases`, path: '/feeds/all.atom' }

/** By what programs find feeds and the search of the site. */
export function headLinks({ feeds = [] }: Page): Markup {
  return html`<link rel="search" type="application/opensearchdescription+xml" title="rbee workers" href="/opensearch.xml">
${[...feeds, ALL_RELEASES].map(
  ({ title, path }) =>
    html`<link rel="alternate" type="application/atom+xml" title="${title}" href="${path}">`,
)}`
}
