import { RbeeError } from '@rbee/schema'
import { html, raw } from 'hono/html'
import { type Markup, NOTHING } from '../layout/markup.ts'
import type { SiteRoute } from '../route.ts'
import { docsAnswer } from './docs-layout.ts'
import { findGuide, guidesIn } from './guides.ts'

/** A text out of the project's folder `docs`, at `/docs/NAME`. */
export const guidePage = guideAt('')
/** The page of a rule of the checker, at `/docs/checks/RULE`. */
export const checkPage = guideAt('checks/')
/** A decision, at `/docs/decisions/NAME`. */
export const decisionPage = guideAt('decisions/')

function guideAt(folder: '' | 'checks/' | 'decisions/'): SiteRoute {
  return {
    changesWith: 'program',
    answer({ parameter }) {
      const address = `${folder}${parameter('name')}`
      const guide = findGuide(address)
      if (guide === undefined) {
        throw new RbeeError('not_found', 'There is no such page in the documentation', {
          next: 'begin at /docs',
        })
      }
      const { title, description, html: text, sections } = guide
      return docsAnswer({
        title,
        description,
        path: `/docs/${address}`,
        sections,
        content: html`${folder === '' ? NOTHING : backTo(folder)}${raw(text)}${address === 'decisions' ? listOfDecisions() : NOTHING}`,
      })
    },
  }
}

function backTo(folder: 'checks/' | 'decisions/'): Markup {
  const name = folder === 'checks/' ? 'All checks' : 'All decisions'
  return html`<p class="small"><a href="/docs/${folder.slice(0, -1)}">${name}</a></p>`
}

function listOfDecisions(): Markup {
  return html`<ul>${guidesIn('decisions').map(
    (address) => html`<li><a href="/docs/${address}">${findGuide(address)?.title}</a></li>`,
  )}</ul>`
}
