import type { ReleaseDocument } from '@rbee/schema'
import { html } from 'hono/html'
import type { Markup } from '../layout/markup.ts'

/** By whom, and how, a release came. */
export function publisherText({ published_by: by }: ReleaseDocument, linked: boolean): Markup {
  if (by === null) return html`not remembered`
  switch (by.kind) {
    case 'token':
      return html`a publisher, with a token`
    case 'operator':
      return html`the operator of this registry`
    case 'catalog':
      return html`a catalog in Git`
    case 'trusted_publisher': {
      const run = html`workflow <code>${by.workflow}</code> of <code>${by.repository}</code>`
      const isWeb = /^https:\/\//.test(by.run.url)
      return linked && isWeb
        ? html`${run}, <a href="${by.run.url}" rel="nofollow noopener ugc">run ${by.run.id}</a>`
        : run
    }
  }
}
