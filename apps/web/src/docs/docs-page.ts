import { html } from 'hono/html'
import { type Markup, NOTHING } from '../layout/markup.ts'
import { page, type SiteRoute } from '../route.ts'
import { DOCS_GROUPS, furtherGuides } from './docs-nav.ts'
import { findGuide } from './guides.ts'

/** Where to begin, by what somebody wants to do. */
const BEGINNINGS = [
  {
    want: 'I want to use a model',
    say: 'Find a worker that runs on your machine, install it with one line, and send it requests over HTTP.',
    steps: [
      { path: '/search', name: 'Find a worker' },
      { path: '/docs/hive#install', name: 'Install the programs' },
      { path: '/docs/hive#why-this-variant', name: 'See why a build fits' },
    ],
  },
  {
    want: 'I want to publish a worker',
    say: 'Describe it in one file, check it, and publish builds for every machine that you support.',
    steps: [
      { path: '/docs/authors#describe-it', name: 'Describe it' },
      { path: '/docs/worker-sdk', name: 'Write it with the SDK' },
      { path: '/docs/authors#publish-it', name: 'Publish it' },
    ],
  },
  {
    want: 'I want to run a registry',
    say: 'One program with a folder, or Cloudflare Workers, for your company or for everybody.',
    steps: [
      { path: '/docs/operating#install', name: 'Install it' },
      { path: '/docs/operating#settings', name: 'Set it up' },
      { path: '/docs/operating#monitoring', name: 'Watch it' },
    ],
  },
  {
    want: 'I want to know whether to trust it',
    say: 'What is signed and by whom, what a stolen key can do, and how to check all of it by hand.',
    steps: [
      { path: '/trust', name: 'Trust centre' },
      { path: '/docs/security', name: 'Threats and runbooks' },
      { path: '/docs/hive#which-registry-do-i-trust', name: 'Choose a registry' },
    ],
  },
] as const

/** The start of the documentation. */
export const docsPage: SiteRoute = {
  changesWith: 'program',
  answer: () =>
    page({
      title: 'Documentation',
      description: 'How to install, publish and run AI inference workers with rbee.',
      path: '/docs',
      style: 'docs',
      content: html`<div class="docs-start">
<h1>Documentation</h1>
<ul class="beginnings">${BEGINNINGS.map(
        ({ want, say, steps }) => html`<li><h2>${want}</h2><p>${say}</p>
<ul class="plain">${steps.map(({ path, name }) => html`<li><a href="${path}">${name}</a></li>`)}</ul></li>`,
      )}</ul>
<h2>Everything</h2>
<div class="docs-index">${DOCS_GROUPS.map(
        ({ name, entries }) =>
          html`<section><h3>${name}</h3><dl>${entries.map(
            ({ path, name: title, what }) => html`<dt><a href="${path}">${title}</a></dt><dd>${what}</dd>`,
          )}</dl></section>`,
      )}${further()}</div>
</div>`,
    }),
}

function further(): Markup {
  const guides = furtherGuides()
  if (guides.length === 0) return NOTHING
  return html`<section><h3>More</h3><dl>${guides.map((address) => {
    const guide = findGuide(address)
    return html`<dt><a href="/docs/${address}">${guide?.title}</a></dt><dd>${guide?.description}</dd>`
  })}</dl></section>`
}
