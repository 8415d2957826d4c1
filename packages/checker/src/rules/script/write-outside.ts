import type { Problem, Rule } from '../../rule.ts'
import { shown } from '../../script/markers.ts'
import { type Place, placeOf } from '../../script/places.ts'
import { targetsOf } from '../../script/targets.ts'
import type { CheckedWorker } from '../../worker/checked-worker.ts'
import { inDeeds } from '../../worker/script-problems.ts'

/** A build leaves traces in its own two folders only: whoever builds runs it with all rights they have. */
export const writeOutside: Rule<CheckedWorker> = {
  id: 'write-outside',
  severity: 'error',
  summary: 'nothing is written outside of $srcdir and $pkgdir',
  check: (worker): readonly Problem[] =>
    inDeeds(worker, (deeds) => {
      const written = [
        ...deeds.writes.map(({ path, place }) => ({ path, line: place.line, by: 'a redirection' })),
        ...deeds.calls.flatMap((call) =>
          targetsOf(call, deeds).map((path) => ({ path, line: call.place.line, by: call.program ?? '' })),
        ),
      ]
      return written.flatMap(({ path, line, by }) => {
        const where = describe(placeOf(path), path)
        return where === null
          ? []
          : [{ line, reason: `${by} writes ${where}`, cure: 'write below "$srcdir" or "$pkgdir"' }]
      })
    }),
}

function describe(place: Place, path: string): string | null {
  switch (place) {
    case 'inside':
    case 'stream':
      return null
    case 'start':
      return `to ${shown(path)}, which is the folder of the PKGBUILD itself`
    case 'outside':
      return `to ${shown(path)}`
    case 'unknown':
      return `to a place that only running the script would tell (${shown(path)})`
  }
}
