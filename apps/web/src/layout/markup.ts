import { html } from 'hono/html'

/** HTML that a template made. Every value in it was escaped, unless it was markup itself. */
export type Markup = ReturnType<typeof html>

export const NOTHING: Markup = html``

/** The text of markup. Templates hold no promises: pages have all data before they begin. */
export function textOf(markup: Markup): string {
  if (markup instanceof Promise) throw new Error('A template waits for something')
  return markup.toString()
}
