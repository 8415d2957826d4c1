import { Buffer } from 'node:buffer'
import { RbeeError, type SyncInput } from '@rbee/schema'
import type { SyncRow } from '../ports/database.ts'
import type { Caller, RegistryPorts } from '../registry.ts'
import { assertOperator } from '../tokens/scopes.ts'

/** 128 bits, so that an id cannot be guessed. */
const SYNC_ID_BYTES = 16

/**
 * Compares what a catalog holds with what is stored of it: one query and one comparison of hashes, however many entries
 * there are. Fails with `duplicate_id` when the list names a worker twice.
 *
 * @returns in `needed` the ids whose entries have to be sent, in the order of the list.
 */
export async function beginSync(
  ports: RegistryPorts,
  caller: Caller,
  input: SyncInput,
): Promise<{ sync_id: string; needed: string[] }> {
  assertOperator(caller)
  assertNamedOnce(input)
  const known = await ports.database.recipeHashes(input.catalog)
  const sync: SyncRow = {
    id: Buffer.from(ports.randomBytes(SYNC_ID_BYTES)).toString('hex'),
    catalog: input.catalog,
    commit: input.commit,
    position: input.position ?? null,
    entries: input.entries,
    createdAt: ports.clock(),
  }
  await ports.database.insertSync(sync)
  const needed = input.entries.filter(({ id, hash }) => known.get(id) !== hash).map(({ id }) => id)
  return { sync_id: sync.id, needed }
}

/** The sync that an operator began; fails with `sync_not_found`. */
export async function findSync(ports: RegistryPorts, caller: Caller, id: string): Promise<SyncRow> {
  assertOperator(caller)
  const sync = await ports.database.findSync(id)
  if (sync !== null) return sync
  throw new RbeeError('sync_not_found', 'There is no such sync, or it is finished', {
    next: 'Begin a new sync',
  })
}

function assertNamedOnce(input: SyncInput): void {
  const seen = new Set<string>()
  for (const { id } of input.entries) {
    if (seen.has(id)) {
      throw new RbeeError('duplicate_id', `The list names the worker "${id}" twice`, { details: { id } })
    }
    seen.add(id)
  }
}
