import { RbeeError, type StrikeInput } from '@rbee/schema'
import { staffEvent } from '../log/log-entry.ts'
import { writeLog } from '../log/write-log.ts'
import type { Caller, RegistryPorts } from '../registry.ts'
import { assertOperator } from '../tokens/scopes.ts'
import { writeDueDocuments } from '../upkeep/due-documents.ts'
import type { StrikeChanged } from './rebuild-changes.ts'

/**
 * Stops counting a rebuilder, a key or an account, or counts it again. What it attested stays to be read. Operators only; the
 * public log tells of it. Fails with `forbidden`, or `not_found` where nobody ever attested anything by that name.
 */
export async function strikeRebuilder(
  ports: RegistryPorts,
  caller: Caller,
  { rebuilder, reason, struck }: StrikeInput,
): Promise<StrikeChanged> {
  assertOperator(caller)
  const at = ports.clock()
  const action = struck ? 'strike_rebuilder' : 'unstrike_rebuilder'
  const event = staffEvent(caller, at, { action, reason: `${rebuilder}: ${reason}` })
  const outcome = await ports.database.strikeRebuilder(rebuilder, struck ? { reason, at } : null, [event])
  if (outcome.kind === 'unknown') {
    throw new RbeeError('not_found', `Nobody attested a rebuild as ${rebuilder}`, {
      next: 'take the id of the key, or the account, from /v1/workers/WORKER/VERSION/rebuilds',
    })
  }
  // First, so that no document says what the log does not.
  await writeLog(ports)
  await writeDueDocuments(ports)
  return {
    changed: outcome.kind === 'changed',
    strike: { rebuilder, struck, reason, workers: outcome.workers.length },
  }
}
