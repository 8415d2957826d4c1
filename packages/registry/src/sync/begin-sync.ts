import { Buffer } from 'node:buffer'
import { RbeeError, type SyncInput, type WorkerId } from '@rbee/schema'
import type { SyncRow } from '../ports/database.ts'
import type { Caller, SyncPorts } from '../registry.ts'
import { assertOperator } from '../tokens/scopes.ts'
import { RULES } from './refusals.ts'

/** 128 bits, so that an id cannot be guessed. */
const SYNC_ID_BYTES = 16

/**
 * Compares what a catalog holds with what is stored of it: as many queries and one comparison of hashes, however many
 * entries there are. An entry that was refused as it is, and would be again, is not needed. Fails with `duplicate_id` when the list names a worker twice.
 *
 * @returns in `needed` the ids whose entries have to be sent, in the order of the list.
 */
export async function beginSync(
  ports: SyncPorts,
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
  const refused = await standingRefusals(ports, input.catalog)
  const isSettled = ({ id, hash }: SyncRow['entries'][number]) =>
    known.get(id) === hash || refused.get(id) === hash
  const needed = input.entries.filter((entry) => !isSettled(entry)).map(({ id }) => id)
  return { sync_id: sync.id, needed }
}

/** Hashes of entries that would be refused again. */
async function standingRefusals(ports: SyncPorts, catalog: string): Promise<Map<WorkerId, string>> {
  const refusals = await ports.database.listRefusals(catalog)
  const standing = refusals.filter(({ stands, rules }) => stands && rules === RULES)
  return new Map(standing.map(({ worker, hash }) => [worker, hash]))
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
