import { RbeeError, type SignedLog } from '@rbee/schema'
import { LOG_TARGET } from '@rbee/trust'
import { jsonBytes } from '../documents/json-bytes.ts'
import type { LogPorts } from '../log/log-ports.ts'
import { readPublished } from '../log/published-log.ts'
import type { RegistryPorts } from '../registry.ts'

/**
 * Names the transparency log and its key in the signed metadata, so that clients need no other way to learn it. From then on
 * they install nothing that the log does not tell of: so it is not named before everything that was published stands in it.
 *
 * What cannot be signed is signed by the upkeep later, and told at `/ready` until then.
 */
export async function signLogKey(ports: LogPorts & Pick<RegistryPorts, 'metadata'>): Promise<void> {
  const { database, metadata, logSigner } = ports
  if (metadata === undefined || logSigner === undefined) return
  const { size, checkpoint } = await readPublished(ports, logSigner)
  if (checkpoint === null || size < (await database.logSize())) return
  if ((await database.listUnloggedReleases(1)).length > 0) return
  const log: SignedLog = { origin: checkpoint.origin, key: logSigner.verifier.text }
  try {
    await metadata.update(async () => new Map([[LOG_TARGET, jsonBytes(log)]]))
  } catch (error) {
    if (!(error instanceof RbeeError) || error.code !== 'signing_failed') throw error
  }
}
