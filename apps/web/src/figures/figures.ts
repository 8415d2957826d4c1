import { html } from 'hono/html'
import type { Markup } from '../layout/markup.ts'

const numbers = new Intl.NumberFormat('en')

/** `1,048,576`. */
export function wholeNumber(value: number): string {
  return numbers.format(value)
}

/** `1 worker`, `2 workers`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${wholeNumber(count)} ${count === 1 ? one : many}`
}

const dates = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
})

/** A day, such as 22 Nov 2026; what is no moment stays as it is. */
export function dayText(moment: string): string {
  const time = Date.parse(moment)
  return Number.isNaN(time) ? moment : dates.format(time)
}

/** The day of a moment in RFC 3339, by the clock of UTC; the moment itself where a browser shows more. */
export function dayOf(moment: string): Markup {
  const time = Date.parse(moment)
  if (Number.isNaN(time)) return html`${moment}`
  return html`<time datetime="${moment}" title="${new Date(time).toISOString().replace('T', ' ').slice(0, 16)} UTC">${dayText(moment)}</time>`
}
