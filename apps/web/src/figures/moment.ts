import { html } from 'hono/html'
import type { Markup } from '../layout/markup.ts'

const moments = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium',
  timeStyle: 'short',
  timeZone: 'UTC',
})

/** A moment in RFC 3339 to the minute, by the clock of UTC; browsers add how long ago that is. */
export function momentOf(moment: string): Markup {
  const time = Date.parse(moment)
  if (Number.isNaN(time)) return html`${moment}`
  return html`<time datetime="${moment}" data-relative>${moments.format(time)} UTC</time>`
}
