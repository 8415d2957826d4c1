import { areOthers, namesOf, similarNames } from '@rbee/registry/names'
import type { Rule } from '../../rule.ts'
import type { CheckedWorker } from '../../worker/checked-worker.ts'
import { idPlaceOf } from '../../worker/name-problems.ts'

/** A name that is read as another one leads people to install what they did not mean. */
export const nameTooSimilar: Rule<CheckedWorker> = {
  id: 'name-too-similar',
  severity: 'error',
  summary: 'no id can be mistaken for an official one, or for one of another maintainer',
  check(worker) {
    const { manifest, layout } = worker.contents
    if (manifest === null || worker.source === 'official') return []
    const rivals = worker.others.filter(
      ({ source, manifest: other }) =>
        source === 'official' || areOthers(manifest.maintainers, other.maintainers),
    )
    const protectedNames = similarNames(
      rivals.flatMap((other) =>
        namesOf(other.manifest, other).map(({ name, worker: id }) => ({
          name,
          worker: id,
          source: other.source,
          catalog: null,
          hash: null,
          maintainers: other.manifest.maintainers,
        })),
      ),
    )
    for (const wanted of namesOf(manifest, { source: worker.source, layout })) {
      const similar = protectedNames.find(wanted, (one) => one.worker !== wanted.worker)
      if (similar === null) continue
      const whose = similar.source === 'official' ? 'the official' : "another maintainer's"
      return [
        {
          ...idPlaceOf(worker),
          reason: `"${wanted.name}" can be mistaken for ${whose} "${similar.name}"`,
          cure: 'choose an id that differs in more than one letter',
        },
      ]
    }
    return []
  },
}
