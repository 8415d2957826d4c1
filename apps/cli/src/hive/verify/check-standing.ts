import type { ReleaseDocument } from '@rbee/schema'
import { formatDuration } from '../../program/terminal.ts'
import type { InstalledBuild } from '../installed.ts'
import { isExpired, revocationOf } from '../revocations/kept-list.ts'
import type { Refreshed } from '../revocations/refresh-list.ts'
import { type Finding, failed, notAvailable, passed } from './finding.ts'

/** Whether a build may run, and whether its release was withdrawn. */
export function checkStanding(
  { kept, problem }: Refreshed,
  build: Pick<InstalledBuild, 'version' | 'digest'> & { readonly id: string },
  release: Pick<ReleaseDocument, 'quarantined' | 'yanked'> | null,
  now: number,
): Finding {
  const revocation = kept && revocationOf(kept.list, build)
  const quarantined = revocation?.reason ?? release?.quarantined ?? null
  const yanked = release?.yanked ?? null
  const age = kept === null ? null : Math.round((now - Date.parse(kept.list.issued_at)) / 1000)
  const facts = { quarantined, yanked, list_age_seconds: age, list_expires_at: kept?.list.expires_at ?? null }
  if (quarantined !== null)
    return failed('standing', 'quarantined', `it may not run, it is quarantined: ${quarantined}`, facts)
  if (kept === null || age === null) {
    const why = problem === null ? '' : `: ${problem.message}`
    return notAvailable('standing', `there is no list of quarantined releases${why}`, facts)
  }
  const list = `the list of quarantined releases, which is ${formatDuration(Math.max(0, age))} old,`
  if (isExpired(kept.list, now))
    return notAvailable('standing', `${list} has expired and says nothing about today`, facts)
  const withdrawn = yanked === null ? '' : `; its publisher withdrew it: ${yanked}`
  const more = release === null && yanked === null ? '; whether it was withdrawn is not known' : ''
  return passed('standing', `${list} does not name it${withdrawn}${more}`, facts)
}
