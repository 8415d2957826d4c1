import { html } from 'hono/html'
import type { Markup } from '../layout/markup.ts'
import { page, type SiteAnswer } from '../route.ts'
import { docsJump, docsNav } from './docs-nav.ts'
import type { GuideSection } from './guide.ts'

/** What a page of the documentation shows. */
export interface DocsPage {
  readonly title: string
  readonly description: string
  readonly path: string
  /** Below the title. */
  readonly content: Markup
  /** Its parts by their anchors, to be listed beside it. */
  readonly sections?: readonly GuideSection[]
}

/** A page of the documentation, with the way to all others beside it. */
export function docsAnswer({ title, description, path, content, sections = [] }: DocsPage): SiteAnswer {
  return page({
    title,
    description,
    path,
    style: 'docs',
    content: html`<div class="docs">
<article class="doc"><h1>${title}</h1>
${docsJump()}
${content}
</article>
${docsNav(path, sections)}
</div>`,
  })
}
