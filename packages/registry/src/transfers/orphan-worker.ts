import { type OrphanAnswer, type OrphanInput, RbeeError, type WorkerId } from '@rbee/schema'
import type { Caller, RegistryPorts } from '../registry.ts'
import { assertOwns } from '../releases/worker-ownership.ts'
import { assertMadeByHand, assertWorkerInScope } from '../tokens/scopes.ts'

/**
 * Its owner says that nobody looks after a worker any more, or takes that back: from then on others may ask to adopt it. Publishing
 * it again takes it back as well. Fails with `worker_not_found`, `forbidden`.
 */
export async function orphanWorker(
  { database, clock }: Pick<RegistryPorts, 'database' | 'clock'>,
  caller: Caller,
  id: WorkerId,
  { reason, orphaned }: OrphanInput,
): Promise<OrphanAnswer> {
  assertWorkerInScope(caller, id)
  const known = await database.getWorker(id)
  if (known === null) throw new RbeeError('worker_not_found', `There is no worker "${id}"`)
  assertMadeByHand(caller)
  assertOwns(caller, id, known)
  await database.setOrphaned(id, orphaned ? { by: caller.tokenId, at: clock(), reason } : null)
  const facts = await database.ownerFacts(id)
  const said = facts?.orphaned ?? null
  return { worker: id, orphaned: said && { reason: said.reason, at: new Date(said.at).toISOString() } }
}
