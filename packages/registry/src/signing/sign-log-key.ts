import { LOG_KEY_TARGET } from '@rbee/trust'
import type { LogPorts } from '../log/log-ports.ts'
import { readPublished } from '../log/published-log.ts'
import type { RegistryPorts } from '../registry.ts'
import { signDocument } from './sign-document.ts'

/**
 * Lists the key of the transparency log in the signed metadata, so that clients need no other way to learn it. From then on they
 * install nothing that the log does not tell of: so it is not listed before everything that was published stands in the log.
 */
export async function signLogKey(ports: LogPorts & Pick<RegistryPorts, 'metadata'>): Promise<void> {
  const { database, metadata, logSigner } = ports
  if (metadata === undefined || logSigner === undefined) return
  const { size } = await readPublished(ports, logSigner)
  if (size < (await database.logSize()) || (await database.listUnloggedReleases(1)).length > 0) return
  await signDocument(ports, LOG_KEY_TARGET, { kind: 'log-key' })
}
