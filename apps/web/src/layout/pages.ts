import { html } from 'hono/html'
import { type Markup, NOTHING } from './markup.ts'

/** The page that an address asks for with `?page=`: from 1, and never beyond the last. */
export function pageNumber(text: string | null, count: number): number {
  const stated = /^[1-9]\d{0,4}$/.test(text ?? '') ? Number(text) : 1
  return Math.min(stated, Math.max(1, count))
}

/** Leads to the pages before and after; nothing where there is one page only. */
export function pageLinks({
  number,
  count,
  path,
  names: [before, after],
}: {
  readonly number: number
  readonly count: number
  readonly path: (page: number) => string
  readonly names: readonly [before: string, after: string]
}): Markup {
  if (count < 2) return NOTHING
  return html`<nav class="row pages" aria-label="Pages">${number > 1 ? html`<a rel="prev" href="${path(number - 1)}">${before}</a>` : NOTHING}<span class="soft">Page ${number} of ${count}</span>${number < count ? html`<a rel="next" href="${path(number + 1)}">${after}</a>` : NOTHING}</nav>`
}
