import type { Problem, Rule } from '../../rule.ts'
import type { ScriptReading } from '../../script/calls.ts'
import { SRC_DIR, shown, TEMPORARY } from '../../script/markers.ts'
import { type Place, placeOf, resolvePath } from '../../script/places.ts'
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
      const temporary = deeds.calls
        .filter((call) => call.program === 'mktemp' && targetsOf(call, deeds).includes(TEMPORARY))
        .map(({ place }) => ({
          line: place.line,
          reason: 'mktemp makes a file outside of $srcdir, which nobody removes',
          cure: 'make it there: mktemp -p "$srcdir"',
          severity: 'warning' as const,
        }))
      const written = [
        ...deeds.writes.map(({ path, place }) => ({ path, line: place.line, by: 'a redirection' })),
        ...deeds.calls.flatMap((call) =>
          targetsOf(call, deeds).map((path) => ({ path, line: call.place.line, by: call.program ?? '' })),
        ),
      ]
      const links = linksOutside(deeds)
      const outside = written.flatMap(({ path, line, by }) => {
        const link = by === 'ln' ? undefined : links.find((one) => path === one || path.startsWith(`${one}/`))
        const where =
          link === undefined
            ? describe(placeOf(path), path)
            : `through the link ${shown(link)}, which leads outside`
        return where === null
          ? []
          : [{ line, reason: `${by} writes ${where}`, cure: 'write below "$srcdir" or "$pkgdir"' }]
      })
      return [...outside, ...temporary]
    }),
}

/** Links below the sources that lead to the machine: writing to them writes there. Those of the package are followed later. */
function linksOutside({ calls }: ScriptReading): readonly string[] {
  return calls.flatMap((call) => {
    if (call.program !== 'ln') return []
    const [target = '', name = ''] = call.args.filter((word) => !word.startsWith('-'))
    const link = resolvePath(name === '' ? target.slice(target.lastIndexOf('/') + 1) : name, call.folder)
    const leads = target.startsWith('/') ? placeOf(resolvePath(target, call.folder)) : 'inside'
    return leads === 'outside' && link.startsWith(SRC_DIR) && link !== SRC_DIR ? [link] : []
  })
}

function describe(place: Place, path: string): string | null {
  switch (place) {
    case 'inside':
    case 'stream':
    case 'temporary':
      return null
    case 'start':
      return `to ${shown(path)}, which is the folder of the PKGBUILD itself`
    case 'outside':
      return `to ${shown(path)}`
    case 'unknown':
      return `to a place that only running the script would tell (${shown(path)})`
  }
}
