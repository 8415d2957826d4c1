import { html } from 'hono/html'
import { DOCS_GROUPS } from '../docs/docs-nav.ts'
import { guidesIn } from '../docs/guides.ts'
import { textOf } from '../layout/markup.ts'

/** One address of a sitemap. */
export interface SitemapEntry {
  /** From the root of the server on. */
  readonly path: string
  /** When it last changed, RFC 3339. */
  readonly changed?: string
}

/** What a sitemap, and a list of sitemaps, may hold (sitemaps.org 0.9): with it they also stay below 50 MiB. */
export const SITEMAP_ENTRIES_MAX = 50_000

const NAMESPACE = 'http://www.sitemaps.org/schemas/sitemap/0.9'

/** A sitemap of at most {@link SITEMAP_ENTRIES_MAX} addresses. */
export function sitemapText(entries: readonly SitemapEntry[], registry: string): string {
  requireFew(entries)
  return textOf(html`<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="${NAMESPACE}">
${entries.map(
  ({ path, changed }) =>
    html`<url><loc>${registry}${path}</loc>${changed === undefined ? '' : html`<lastmod>${changed}</lastmod>`}</url>
`,
)}</urlset>
`)
}

/** The list of a site's sitemaps, of which there are as many at most. */
export function sitemapIndexText(paths: readonly string[], registry: string): string {
  requireFew(paths)
  return textOf(html`<?xml version="1.0" encoding="UTF-8"?>
<sitemapindex xmlns="${NAMESPACE}">
${paths.map(
  (path) => html`<sitemap><loc>${registry}${path}</loc></sitemap>
`,
)}</sitemapindex>
`)
}

/** Who hands in more cuts the list into parts that are too large. */
function requireFew(entries: readonly unknown[]): void {
  if (entries.length > SITEMAP_ENTRIES_MAX) throw new Error(`A sitemap of ${entries.length} addresses`)
}

/** The pages that are not of one worker. */
export function standingPages(): readonly SitemapEntry[] {
  const named = DOCS_GROUPS.flatMap(({ entries }) => entries.map(({ path }) => path))
  const guides = [...guidesIn(''), ...guidesIn('checks'), ...guidesIn('decisions')].map(
    (address) => `/docs/${address}`,
  )
  const paths = ['/', '/search', '/tags', '/machine', '/docs', '/trust', '/status', ...named, ...guides]
  return [...new Set(paths)].map((path) => ({ path }))
}
