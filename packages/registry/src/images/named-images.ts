import { readImageFacts } from '@rbee/images'
import { type CatalogEntry, type EntryScreenshot, type ImageFacts, RbeeError } from '@rbee/schema'
import type { SyncPorts } from '../registry.ts'

/**
 * Fails with `image_not_stored` where an entry names a picture that is not stored, or says of one what its bytes do not.
 *
 * @param known the entry that is stored of the worker: what that names need not be read again.
 */
export async function assertImagesStored(
  ports: Pick<SyncPorts, 'documents'>,
  { screenshots }: CatalogEntry,
  known: Pick<CatalogEntry, 'screenshots'> | null,
): Promise<void> {
  const isKnown = (one: EntryScreenshot) =>
    known?.screenshots.some((other) => one.sha256 === other.sha256 && areEqual(one, other)) ?? false
  for (const screenshot of screenshots.filter((one) => !isKnown(one))) {
    const { path, sha256 } = screenshot
    const stored = await ports.documents.get({ kind: 'image', sha256 })
    if (stored !== null && areEqual(screenshot, readImageFacts(stored.body))) continue
    throw new RbeeError(
      'image_not_stored',
      stored === null
        ? `The picture ${path} with the SHA-256 ${sha256} is not stored`
        : `The picture ${path} is not of the type and size that the entry states`,
      { next: 'Send its bytes first, with PUT /v1/catalog/images/SHA256; rbee-catalog sync does both' },
    )
  }
}

function areEqual(one: ImageFacts, other: ImageFacts): boolean {
  return one.media_type === other.media_type && one.width === other.width && one.height === other.height
}
