import type { HostProfile } from '@rbee/schema'
import { html } from 'hono/html'
import type { Markup } from '../layout/markup.ts'
import { profileSummary } from './profile-summary.ts'

/** What a profile says, for people. */
export function summaryMarkup(profile: HostProfile): Markup {
  return html`<dl class="facts">${profileSummary(profile).map(
    ({ name, text }) => html`<dt>${name}</dt><dd>${text ?? html`<span class="soft">unknown</span>`}</dd>`,
  )}</dl>`
}
