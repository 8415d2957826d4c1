import type { InstalledBuild } from '../installed.ts'
import { moment } from './check-release.ts'
import { type Check, type Finding, notAvailable } from './finding.ts'

/** What was found about a build when it was installed, where nobody can be asked now. None of it is proven anew. */
export function recordedFindings(build: InstalledBuild, why: string): Finding[] {
  const { evidence } = build
  if (evidence === undefined) {
    const never = `${why}; what was checked when it was installed is not known`
    return [...ASKED].map((check) => notAvailable(check, never))
  }
  const { log, publisher } = evidence
  const at = moment(evidence.checked_at)
  const then = (check: Check, found: object | null, what: string) =>
    notAvailable(check, found === null ? why : `${why}; ${what} when it was installed, ${at}`, {
      ...(found === null ? {} : { recorded: found }),
    })
  return [
    then('registry', { checked_at: evidence.checked_at }, 'the registry had signed it'),
    then('log', log, `it was entry ${log?.index} of ${log?.size} in the public log`),
    then('publisher', publisher, `it was signed by key ${publisher?.key_ids.join(' and ')}`),
    notAvailable('workflow', why),
    notAvailable('rebuilds', why),
  ]
}

const ASKED: readonly Check[] = ['registry', 'log', 'publisher', 'workflow', 'rebuilds']
