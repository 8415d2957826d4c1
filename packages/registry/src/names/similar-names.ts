import type { ProtectedName } from '../ports/database.ts'
import { DISTANCE_MIN_LETTERS, foldForSight, isWithinOneEdit } from './look-alike.ts'

/** Names in an order in which those that look like a given one are found without looking at all of them. */
export interface SimilarNames {
  add(one: ProtectedName): void
  /** One that `name` can be mistaken for and that `matters`; the same name is no look-alike. */
  find(name: NewName, matters: (one: ProtectedName) => boolean): ProtectedName | null
}

/** A name that a worker wants. */
export interface NewName {
  readonly name: string
  readonly worker: string
}

/**
 * Two texts are at most one edit apart only if they are equal, or become equal by leaving out at most one letter of each.
 * So each name is filed under itself and under everything that is left of it without one letter.
 */
export function similarNames(names: Iterable<ProtectedName>): SimilarNames {
  const filed = new Map<string, ProtectedName[]>()
  const add = (one: ProtectedName) => {
    for (const key of keysOf(foldForSight(one.name))) {
      const others = filed.get(key)
      if (others === undefined) filed.set(key, [one])
      else others.push(one)
    }
  }
  for (const one of names) add(one)
  return {
    add,
    find(wanted, matters) {
      for (const key of keysOf(foldForSight(wanted.name))) {
        const similar = filed.get(key)?.find((one) => matters(one) && isMistakable(wanted, one))
        if (similar !== undefined) return similar
      }
      return null
    },
  }
}

/**
 * Equal after folding, or one edit apart where both have letters enough. Variants of two workers are compared by what
 * stands before their ends, which is the ids: `a-cpu` and `b-cpu` are as unlike as `a` and `b`.
 */
export function isMistakable(wanted: NewName, other: ProtectedName): boolean {
  if (wanted.name === other.name) return false
  const [left, right] = [foldForSight(wanted.name), foldForSight(other.name)]
  if (left === right) return true
  const areBothVariants = wanted.name !== wanted.worker && other.name !== other.worker
  const long = Math.min(left.length, right.length) >= DISTANCE_MIN_LETTERS
  return !areBothVariants && long && isWithinOneEdit(left, right)
}

/** Texts of which two names that are at most one edit apart share one. */
export function keysOf(folded: string): Set<string> {
  const keys = new Set([folded])
  if (folded.length < DISTANCE_MIN_LETTERS) return keys
  for (let left = 0; left < folded.length; left += 1) keys.add(folded.slice(0, left) + folded.slice(left + 1))
  return keys
}
