import { RbeeError, sha256Schema } from '@rbee/schema'
import type { RegistryPorts } from '../registry.ts'

/** No archive has this digest; asking for its size shows that the store answers. */
const NO_ARCHIVE = sha256Schema.parse('0'.repeat(64))

/**
 * Asks the database and both stores for something small; fails with `not_ready` when one does not answer, and with
 * `signing_failed` when metadata should have been signed and could not be.
 */
export async function checkReady(ports: RegistryPorts): Promise<void> {
  await answers('database', ports.database.ping())
  await answers('document store', ports.documents.get({ kind: 'list-root' }))
  await answers('archive store', ports.archives.size(NO_ARCHIVE))
  await ports.metadata?.check()
}

async function answers(part: string, answer: Promise<unknown>): Promise<void> {
  try {
    await answer
  } catch (cause) {
    throw new RbeeError('not_ready', `The ${part} does not answer`, { details: { part }, cause })
  }
}
