import { namesOf } from '@rbee/registry/names'
import type { Rule } from '../../rule.ts'
import type { CheckedWorker } from '../../worker/checked-worker.ts'
import { idPlaceOf } from '../../worker/name-problems.ts'

/** An id belongs to who had it first; nobody else gets it, and no variant's address may be one. */
export const nameTaken: Rule<CheckedWorker> = {
  id: 'name-taken',
  severity: 'error',
  summary: 'no other worker of the repository, its branches or the project has the name',
  check(worker) {
    const { manifest, layout } = worker.contents
    if (manifest === null) return []
    const wanted = namesOf(manifest, { source: worker.source, layout }).filter(({ kind }) => kind !== 'alias')
    for (const other of worker.others) {
      const held = new Set(namesOf(other.manifest, other).map(({ name }) => name))
      const taken = wanted.find(({ name }) => held.has(name))
      if (taken === undefined) continue
      const whose = other.source === 'official' ? 'the official worker' : 'the worker'
      return [
        {
          ...idPlaceOf(worker),
          reason: `the name "${taken.name}" belongs to ${whose} "${other.id}" (${other.place})`,
          cure: 'choose another id',
        },
      ]
    }
    return []
  },
}
