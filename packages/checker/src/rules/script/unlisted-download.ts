import type { Problem, Rule } from '../../rule.ts'
import { networkUse } from '../../script/network.ts'
import type { CheckedWorker } from '../../worker/checked-worker.ts'
import { inDeeds } from '../../worker/script-problems.ts'

/** What a function fetches by itself has no checksum, and is not there to be looked at before building. */
export const unlistedDownload: Rule<CheckedWorker> = {
  id: 'unlisted-download',
  severity: 'error',
  summary: 'what a build needs is fetched through source=()',
  check: (worker): readonly Problem[] =>
    inDeeds(worker, (deeds) =>
      networkUse(deeds)
        .filter(({ kind, place }) => kind === 'direct' && place.within !== 'package')
        .map(({ what, place }) => ({
          line: place.line,
          reason: `${what} fetches what source=() does not name`,
          cure: 'add it to source=() with its checksum',
        })),
    ),
}
