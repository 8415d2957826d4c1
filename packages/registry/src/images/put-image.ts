import { createHash } from 'node:crypto'
import { readImageFacts } from '@rbee/images'
import { RbeeError, type Sha256, type StoredImage } from '@rbee/schema'
import { imageUrl } from '../documents/addresses.ts'
import type { Caller, SyncPorts } from '../registry.ts'
import { assertOperator } from '../tokens/scopes.ts'

/**
 * Keeps a picture under the SHA-256 of its bytes, for entries of catalogs that name it. What it is, its bytes say; it is
 * stored as it came. One that is there already stays, and none is ever taken away: pages that are kept elsewhere name it.
 *
 * Operators only. Fails with `digest_mismatch` for other bytes, and with `image_invalid` for what is no picture.
 */
export async function putImage(
  { documents }: Pick<SyncPorts, 'documents'>,
  caller: Caller,
  sha256: Sha256,
  bytes: Uint8Array,
): Promise<{ created: boolean; image: StoredImage }> {
  assertOperator(caller)
  const actual = createHash('sha256').update(bytes).digest('hex')
  if (actual !== sha256) {
    throw new RbeeError('digest_mismatch', `The bytes have the SHA-256 ${actual}, not ${sha256}`)
  }
  const image = { ...readImageFacts(bytes), url: imageUrl(sha256), sha256 }
  const written = await documents.put({ kind: 'image', sha256 }, bytes, { etag: null })
  return { created: written !== null, image }
}
