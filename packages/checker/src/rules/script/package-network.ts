import type { Problem, Rule } from '../../rule.ts'
import type { ScriptReading } from '../../script/calls.ts'
import { networkUse } from '../../script/network.ts'
import type { CheckedWorker } from '../../worker/checked-worker.ts'
import { inDeeds } from '../../worker/script-problems.ts'

/** package() puts together what was built; whatever comes in here was looked at by nobody. */
export const packageNetwork: Rule<CheckedWorker> = {
  id: 'package-network',
  severity: 'error',
  summary: 'package() does not use the network',
  check: (worker): readonly Problem[] =>
    inDeeds(worker, (deeds) => {
      const parts = partOfPackage(deeds)
      return networkUse(deeds)
        .filter(({ place }) => place.within !== null && parts.has(place.within))
        .map(({ what, place }) => ({
          line: place.line,
          reason: `${what} uses the network in package()`,
          cure: 'fetch it through source=(), or in prepare() where the lock file of the project holds its checksums',
        }))
    }),
}

/** package() and the functions that it calls, directly or through others. */
function partOfPackage({ calls, functions }: ScriptReading): ReadonlySet<string> {
  const parts = new Set(['package'])
  for (const part of parts) {
    for (const { path, place } of calls) if (place.within === part && functions.has(path)) parts.add(path)
  }
  return parts
}
