import type { RegistryClient } from '@rbee/api-client'
import { emptyHistory, type KeyHistory, readHistory } from '@rbee/provenance'
import { RbeeError, type WorkerId } from '@rbee/schema'
import { requireDocument } from '@rbee/trust/client'
import type { Trust } from '../trust/trust.ts'

export interface KeysQuestion {
  readonly client: Pick<RegistryClient, 'workerKeys'>
  readonly trust: Pick<Trust, 'worker' | 'settled'>
  readonly worker: WorkerId
}

/**
 * The publisher's keys of a worker, as the registry signed them and each change proves; an empty history where it has none,
 * null for a registry that signs nothing. Fails with `key_history_invalid`, `metadata_withheld`, `document_altered`, and as
 * `openTrust` does.
 */
export function signedKeys({ client, trust, worker }: KeysQuestion): Promise<KeyHistory | null> {
  const address = `/v1/workers/${worker}/keys`
  return trust.settled(async () => {
    const index = await trust.worker(worker)
    if (index === undefined) return null
    if (index === null || !Object.hasOwn(index.documents, address)) return emptyHistory(worker)
    const { history } = await unlessDenied(worker, () =>
      client.workerKeys(worker, async (bytes) => requireDocument(index, address, bytes)),
    )
    return readHistory(worker, history)
  })
}

async function unlessDenied<Document>(worker: WorkerId, ask: () => Promise<Document>): Promise<Document> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof RbeeError) || !['worker_not_found', 'not_found'].includes(error.code)) throw error
    throw new RbeeError('metadata_withheld', `The registry does not give the keys of ${worker}`, {
      next: 'nothing was changed; try again, and tell the operator of the registry if it stays',
      cause: error,
    })
  }
}
