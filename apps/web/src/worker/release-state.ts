import type { ReleaseDocument } from '@rbee/schema'
import { html } from 'hono/html'
import type { Markup } from '../layout/markup.ts'

type Standing = Pick<ReleaseDocument, 'version' | 'prerelease' | 'yanked' | 'quarantined' | 'security_fix'>

/** How a release stands, in chips: `latest`, `pre-release`, `yanked`, `quarantined`, `security fix`. */
export function releaseState(release: Standing, latest: string): Markup {
  const shown = [
    { text: 'latest', kind: 'good', when: release.version === latest },
    { text: 'pre-release', kind: '', when: release.prerelease },
    { text: 'security fix', kind: '', when: release.security_fix !== null },
    { text: 'yanked', kind: 'bad', when: release.yanked !== null },
    { text: 'quarantined', kind: 'bad', when: release.quarantined !== null },
  ].filter(({ when }) => when)
  return html`${shown.map(({ text, kind }) => html`<span class="chip ${kind}">${text}</span> `)}`
}

/** Why it was withdrawn, or what it cures; null where there is nothing to say. */
export function standingReason(release: Standing): string | null {
  return release.quarantined ?? release.yanked ?? release.security_fix
}
