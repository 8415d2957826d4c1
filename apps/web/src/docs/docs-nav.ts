import { html } from 'hono/html'
import { type Markup, NOTHING } from '../layout/markup.ts'
import type { GuideSection } from './guide.ts'
import { guidesIn } from './guides.ts'

export interface DocsEntry {
  readonly path: string
  readonly name: string
  /** What is found there, in a few words. */
  readonly what: string
}

/** The documentation by who reads it. */
export const DOCS_GROUPS: readonly { readonly name: string; readonly entries: readonly DocsEntry[] }[] = [
  {
    name: 'Use workers',
    entries: [
      {
        path: '/docs/overview',
        name: 'Overview',
        what: 'What this is, and how to try all of it on one machine',
      },
      {
        path: '/docs/hive',
        name: 'Workers on your machine',
        what: 'Install, run, update, verify and remove',
      },
    ],
  },
  {
    name: 'Publish workers',
    entries: [
      { path: '/docs/authors', name: 'For authors', what: 'Describe, check, sign, publish and withdraw' },
      { path: '/docs/worker-sdk', name: 'Worker SDK', what: 'The server and command line around a model' },
      {
        path: '/docs/linking',
        name: 'Badges and feeds',
        what: 'Show a worker elsewhere, and follow releases',
      },
      { path: '/docs/manifest', name: 'Manifest', what: 'Every field of worker.toml' },
      { path: '/docs/checks', name: 'Checks', what: 'What “rbee-catalog check” asks, one page per rule' },
    ],
  },
  {
    name: 'Run a registry',
    entries: [
      { path: '/docs/operating', name: 'For operators', what: 'Set up, secure, watch, back up and upgrade' },
      {
        path: '/docs/catalog-repository',
        name: 'Submissions',
        what: 'A Git catalog that takes pull requests',
      },
      { path: '/docs/security', name: 'Security', what: 'Threats, stolen keys and runbooks' },
    ],
  },
  {
    name: 'Reference',
    entries: [
      { path: '/docs/api', name: 'API', what: 'Every call over HTTP, with an example' },
      { path: '/docs/search', name: 'Search', what: 'Words, filters, and how hits are ordered' },
      { path: '/docs/errors', name: 'Errors', what: 'What each code means' },
      { path: '/docs/architecture', name: 'Architecture', what: 'How it is built' },
      { path: '/docs/decisions', name: 'Decisions', what: 'Why it is built that way' },
    ],
  },
]

/** Texts that no group above names, so that none is out of reach. */
export function furtherGuides(): readonly string[] {
  const named = new Set(DOCS_GROUPS.flatMap(({ entries }) => entries.map(({ path }) => path)))
  return guidesIn('').filter((address) => !named.has(`/docs/${address}`))
}

/** Leads to the list of all texts where that stands below the text. */
export function docsJump(): Markup {
  return html`<p class="docs-jump"><a href="#docs-nav">All documentation</a></p>`
}

/**
 * The list of all texts with the sections of the one that is shown: beside it where there is room, else below it.
 *
 * @param path of the page.
 */
export function docsNav(path: string, sections: readonly GuideSection[]): Markup {
  return html`<nav class="docs-nav" id="docs-nav" aria-label="Documentation"><ul>${DOCS_GROUPS.map(
    ({ name, entries }) =>
      html`<li><p class="docs-group">${name}</p><ul>${entries.map((entry) => navEntry(entry, path, sections))}</ul></li>`,
  )}</ul></nav>`
}

function navEntry({ path, name }: DocsEntry, shown: string, sections: readonly GuideSection[]): Markup {
  if (path === shown) {
    return html`<li><a href="${path}" aria-current="page">${name}</a>${sectionList(sections)}</li>`
  }
  return html`<li><a href="${path}"${shown.startsWith(`${path}/`) ? html` aria-current="true"` : NOTHING}>${name}</a></li>`
}

function sectionList(sections: readonly GuideSection[]): Markup {
  if (sections.length === 0) return NOTHING
  return html`<ul class="docs-sections">${sections.map(
    ({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`,
  )}</ul>`
}
