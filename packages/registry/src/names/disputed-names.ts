import type { CatalogEntry, WorkerId } from '@rbee/schema'
import type { ProtectedName } from '../ports/database.ts'
import { similarNames } from './similar-names.ts'
import { namesOf } from './worker-names.ts'

/**
 * Ids of those community entries of one catalog that look like an entry of another maintainer in it. Of such entries a
 * sync takes the first and refuses the others, so that their order has to say who was there first.
 */
export function disputedIds(entries: readonly CatalogEntry[]): ReadonlySet<WorkerId> {
  const wanted = entries
    .filter(({ source }) => source === 'community')
    .flatMap(({ manifest, source, layout }) => {
      const names = namesOf(manifest, { source, layout })
      return names.map(({ name, worker }): ProtectedName & { readonly maintainers: readonly string[] } => ({
        name,
        worker,
        source,
        catalog: null,
        hash: null,
        maintainers: manifest.maintainers,
      }))
    })
  const all = similarNames(wanted)
  const disputed = wanted.filter((name) => {
    const matters = (one: ProtectedName) =>
      one.worker !== name.worker && areOthers(name.maintainers, one.maintainers ?? [])
    return all.find(name, matters) !== null
  })
  return new Set(disputed.map(({ worker }) => worker))
}

/** Whether two folders belong to different people; of two that name nobody that cannot be told. */
export function areOthers(left: readonly string[], right: readonly string[]): boolean {
  return left.length + right.length > 0 && !left.some((one) => right.includes(one))
}
