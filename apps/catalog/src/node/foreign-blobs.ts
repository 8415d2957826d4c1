import type { Database, DocumentStore } from '@rbee/registry'
import { RbeeError } from '@rbee/schema'

/**
 * Refuses a place without the documents of workers that the database knows: it would be served as an empty catalog, and
 * nothing would write them, as nothing changed. Fails with `state_damaged`.
 */
export async function refuseForeignBlobs(
  ports: { readonly database: Database; readonly documents: DocumentStore },
  place: string,
): Promise<void> {
  if ((await ports.documents.get({ kind: 'list-root' })) !== null) return
  const workers = await ports.database.listWorkerNames()
  if (workers.length === 0) return
  throw new RbeeError(
    'state_damaged',
    `The database knows ${workers.length} workers, but ${place} holds no documents of them`,
    { next: 'name the place with --blobs, or move documents/ and archives/ there' },
  )
}
