import { html } from 'hono/html'
import type { Markup } from '../layout/markup.ts'

interface Found {
  readonly text: string
  /** Begin and end of each word in UTF-16 units, sorted. */
  readonly ranges: readonly (readonly number[])[]
}

/** A text with the words that were searched for marked; as it is where nothing was found in it, or in another text. */
export function highlighted(text: string, highlight: Found | undefined): Markup {
  if (highlight === undefined || highlight.text !== text) return html`${text}`
  const parts: Markup[] = []
  let at = 0
  for (const [begin = 0, end = 0] of highlight.ranges) {
    if (begin < at || end > text.length) continue
    parts.push(html`${text.slice(at, begin)}<mark>${text.slice(begin, end)}</mark>`)
    at = end
  }
  return html`${parts}${text.slice(at)}`
}
