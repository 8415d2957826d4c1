import { ID_MAX_LENGTH, RbeeError, RESERVED_IDS, type SourceKind, type WorkerId } from '@rbee/schema'
import type { NameRow } from '../ports/database.ts'
import { findLookAlike } from './look-alike.ts'
import { hasOfficialForm } from './worker-names.ts'

/**
 * Refuses names that a worker may not have whoever else has which: reserved words and forms (`name_reserved`) and
 * variant ids that are longer than an address may be (`invalid_id`).
 */
export function checkNames(names: readonly NameRow[], source: SourceKind): void {
  for (const { name, kind } of names) {
    if (kind === 'alias') continue
    if (name.length > ID_MAX_LENGTH) {
      throw new RbeeError('invalid_id', `The id "${name}" is longer than ${ID_MAX_LENGTH} characters`, {
        next: 'Choose a shorter id or a shorter name for the variant',
      })
    }
    if (RESERVED_IDS.has(name)) throw reserved(name, 'is a reserved word')
    if (source === 'community' && hasOfficialForm(name)) {
      throw reserved(name, 'has the "-rbee" form, which belongs to official workers')
    }
  }
}

/** Refuses a new id that people could mistake for one of the official ids, with `name_too_similar`. */
export function checkLookAlike(id: WorkerId, officialIds: Iterable<string>): void {
  const similar = findLookAlike(id, officialIds)
  if (similar === null) return
  throw new RbeeError('name_too_similar', `The id "${id}" can be mistaken for the official "${similar}"`, {
    next: 'Choose an id that differs in more than one letter',
    details: { similar_to: similar },
  })
}

/** The failure of a name that belongs to another worker. */
export function nameTaken(conflict: NameRow): RbeeError {
  const held =
    conflict.name === conflict.worker
      ? 'is the id of another worker'
      : `is an address of the worker "${conflict.worker}"`
  return new RbeeError('name_taken', `The name "${conflict.name}" ${held}`, {
    next: 'Choose another id, or other names for the variants',
    details: { name: conflict.name, worker: conflict.worker },
  })
}

function reserved(name: string, why: string): RbeeError {
  return new RbeeError('name_reserved', `The name "${name}" ${why}`, {
    next: 'Choose another id',
    details: { name },
  })
}
