import { RbeeError, type WorkerId } from '@rbee/schema'
import { type SimilarNames, similarNames } from '../names/similar-names.ts'
import type { Database, ProtectedName, SyncRow } from '../ports/database.ts'
import type { Caller } from '../registry.ts'
import { assertOperator } from '../tokens/scopes.ts'

/** A sync that is under way, with what all of its calls need. */
export interface OpenSync {
  readonly row: SyncRow
  /** What was announced: the hash of each entry. */
  readonly hashes: ReadonlyMap<WorkerId, string>
  /** Names that new ones may not be mistaken for; read when they are asked for first. */
  similarNames(): Promise<SimilarNames>
  /** Adds a name of an entry of this sync to those that are protected. */
  protect(name: ProtectedName): Promise<void>
}

/** Syncs of which a process keeps what it read; others are read again. */
const MAX_KEPT = 8

export interface OpenSyncs {
  /** The sync that an operator began; fails with `sync_not_found`. */
  find(caller: Caller, id: string): Promise<OpenSync>
  forget(id: string): void
}

/**
 * Keeps the syncs of this process in memory: a catalog of 10,000 workers takes hundreds of calls, and reading what it
 * announced for each of them would take longer than storing the entries.
 */
export function openSyncs(database: Database): OpenSyncs {
  const kept = new Map<string, OpenSync>()

  async function read(id: string): Promise<OpenSync> {
    const row = await database.findSync(id)
    if (row === null) {
      throw new RbeeError('sync_not_found', 'There is no such sync, or it is finished', {
        next: 'Begin a new sync',
      })
    }
    let names: Promise<SimilarNames> | null = null
    return {
      row,
      hashes: new Map(row.entries.map(({ id: worker, hash }) => [worker, hash])),
      similarNames() {
        names ??= database.listProtectedNames(row.catalog).then(similarNames)
        return names
      },
      async protect(name) {
        // Those that were never asked for will be read with this one.
        if (names !== null) (await names).add(name)
      },
    }
  }

  return {
    async find(caller, id) {
      assertOperator(caller)
      const sync = kept.get(id) ?? (await read(id))
      kept.delete(id)
      kept.set(id, sync)
      const oldest = kept.keys().next()
      if (kept.size > MAX_KEPT && !oldest.done) kept.delete(oldest.value)
      return sync
    },
    forget(id) {
      kept.delete(id)
    },
  }
}
