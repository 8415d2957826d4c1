import { RbeeError } from '@rbee/schema'
import type { RegistryPorts } from '../registry.ts'
import type { DocumentKey } from '../storage-keys.ts'

/**
 * Lists a document as it is stored now in the signed metadata, beside the workers. What cannot be signed is signed by the
 * upkeep later, and told at `/ready` until then: the change that the document tells of has happened.
 *
 * @param path under which clients look for it, such as `revocations.json`.
 */
export async function signDocument(
  { metadata, documents }: Pick<RegistryPorts, 'metadata' | 'documents'>,
  path: string,
  key: DocumentKey,
): Promise<void> {
  try {
    await metadata?.update(async () => new Map([[path, (await documents.get(key))?.body ?? null]]))
  } catch (error) {
    if (!(error instanceof RbeeError) || error.code !== 'signing_failed') throw error
  }
}
