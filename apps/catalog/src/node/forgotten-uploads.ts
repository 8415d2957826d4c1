import { removeUnknownStaging } from '@rbee/blobs/files'
import type { Database } from '@rbee/registry'
import type { BlobsPlace } from './blobs.ts'

/** Later than any upload expires. */
const END_OF_TIME = Number.MAX_SAFE_INTEGER
/** More than the tokens of a catalog may have open together. */
const UPLOADS_MAX = 1_000_000

/** Frees what a server that was killed had set aside for an upload that nobody was told of. Run it before requests are taken. */
export async function freeForgottenUploads(
  place: BlobsPlace,
  database: Pick<Database, 'listExpiredUploads'>,
): Promise<void> {
  // A bucket ends incomplete uploads by a rule of its own, and may belong to several servers.
  if (place.kind === 'bucket') return
  const uploads = await database.listExpiredUploads(END_OF_TIME, UPLOADS_MAX)
  await removeUnknownStaging(place.folder, new Set(uploads.map(({ staging }) => staging)))
}
