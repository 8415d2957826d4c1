import { ID_MAX_LENGTH, RbeeError, RESERVED_IDS, type SourceKind, type WorkerId } from '@rbee/schema'
import type { NameRow, ProtectedName } from '../ports/database.ts'
import type { SimilarNames } from './similar-names.ts'
import { hasOfficialForm } from './worker-names.ts'

/**
 * Names that Windows takes for devices, whatever folder they stand in: a folder of such a worker cannot be made there.
 * Source: Microsoft, "Naming Files, Paths, and Namespaces".
 */
const DEVICE_NAME = /^(?:con|prn|aux|nul|(?:com|lpt)[0-9])$/

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
    if (DEVICE_NAME.test(name)) throw reserved(name, 'means a device on Windows')
    if (source === 'community' && hasOfficialForm(name)) {
      throw reserved(name, 'has the "-rbee" form, which belongs to official workers')
    }
  }
}

/** Refuses new names of a worker that people could mistake for official ones, with `name_too_similar`. */
export function checkLookAlike(names: readonly NameRow[], official: SimilarNames): void {
  for (const wanted of names) {
    const similar = official.find(wanted, ({ worker }) => worker !== wanted.worker)
    if (similar !== null) throw tooSimilar(wanted.name, similar)
  }
}

export function tooSimilar(name: string, similar: Pick<ProtectedName, 'name' | 'source'>): RbeeError {
  const whose = similar.source === 'official' ? 'the official' : "another maintainer's"
  return new RbeeError('name_too_similar', `"${name}" can be mistaken for ${whose} "${similar.name}"`, {
    next: 'Choose an id that differs in more than one letter',
    details: { similar_to: similar.name },
  })
}

/**
 * Runs a write that takes names, and fails with `name_taken` where one belongs to another worker. An alias that is taken
 * is done without: it is a second way to a worker, and no reason to keep the worker out.
 */
export async function takeNames<Result extends { readonly conflict: NameRow | null }>(
  names: readonly NameRow[],
  write: (names: readonly NameRow[]) => Promise<Result>,
): Promise<Result> {
  let wanted = names
  for (;;) {
    const result = await write(wanted)
    const { conflict } = result
    if (conflict === null) return result
    const without = wanted.filter(({ name, kind }) => name !== conflict.name || kind !== 'alias')
    if (without.length === wanted.length) throw nameTaken(conflict)
    wanted = without
  }
}

/** Fails with `name_taken` where one of the rows `held` is a name that `worker` cannot do without. */
export function checkNotHeld(worker: WorkerId, names: readonly NameRow[], held: readonly NameRow[]): void {
  const needed = new Set(names.filter(({ kind }) => kind !== 'alias').map(({ name }) => name))
  const conflict = held.find((row) => row.worker !== worker && needed.has(row.name))
  if (conflict) throw nameTaken(conflict)
}

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
