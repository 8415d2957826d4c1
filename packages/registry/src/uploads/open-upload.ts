import { ARCHIVE_MAX_BYTES, RbeeError, type UploadInput, type UploadState } from '@rbee/schema'
import type { BlobRow, UploadRow } from '../ports/database.ts'
import type { Caller, RegistryPorts } from '../registry.ts'
import { newUploadId } from './upload-id.ts'
import { openState, storedState, uploaderOf } from './upload-state.ts'

/** How long an upload stays open, in milliseconds: a night's pause on a slow line. */
export const UPLOAD_LIFETIME = 24 * 60 * 60 * 1000

/**
 * Open uploads of one token, counted apart for those that have parts and those that have none: room for a release's
 * archives side by side, and a bound on what strangers can park here.
 */
export const OPEN_UPLOADS_MAX = 32

/**
 * What the open uploads of one token declare together, in bytes: a dozen archives of the largest size. A part may come for
 * each of them, so that this is also what one token can fill of a disk.
 */
export const OPEN_UPLOADS_MAX_BYTES = 64 * 2 ** 30

/**
 * Answers `stored` where the bytes are known, takes up the same token's open upload of the same bytes, or opens a new
 * one, for which the token's oldest upload is given up when too many are open: who left them behind must not be kept from
 * publishing until they expire. Fails with `digest_mismatch` or `size_mismatch` where the stored bytes contradict the
 * declaration, and with `archive_too_large`.
 */
export async function openUpload(
  ports: RegistryPorts,
  caller: Caller,
  input: UploadInput,
): Promise<UploadState> {
  if (input.size > ARCHIVE_MAX_BYTES) {
    throw new RbeeError('archive_too_large', `An archive may have ${ARCHIVE_MAX_BYTES} bytes at most`, {
      details: { max_bytes: ARCHIVE_MAX_BYTES },
    })
  }
  const [blob] = await ports.database.findBlobs([input.sha256])
  // The store is asked, too: an archive that it lost is received again rather than believed to be there.
  if (blob && (await ports.archives.size(input.sha256)) !== null) {
    assertDeclaredAsStored(input, blob)
    return storedState(blob.sha256, blob.size)
  }
  const open = await ports.database.findOpenUpload(uploaderOf(caller), input.sha256, ports.clock())
  if (open !== null) {
    if (isSameDeclaration(open, input)) return openState(ports.database, open)
    await endUpload(ports, open)
  }
  return openNewUpload(ports, caller, input)
}

/** Frees what an upload holds. The row goes last, so that a cut in between leaves something for the sweep to find. */
export async function endUpload(
  ports: Pick<RegistryPorts, 'database' | 'archives'>,
  upload: UploadRow,
): Promise<void> {
  await ports.archives.discard(upload.staging)
  await ports.database.deleteUpload(upload.id)
}

async function openNewUpload(ports: RegistryPorts, caller: Caller, input: UploadInput): Promise<UploadState> {
  const now = ports.clock()
  const upload: UploadRow = {
    id: newUploadId(input.sha256, ports.randomBytes),
    tokenId: uploaderOf(caller),
    sha256: input.sha256,
    size: input.size,
    format: input.format,
    digest: input.digest,
    staging: await ports.archives.stage(input.size),
    createdAt: now,
    expiresAt: now + UPLOAD_LIFETIME,
  }
  await ports.database.insertUpload(upload)
  const keep = { count: OPEN_UPLOADS_MAX, bytes: OPEN_UPLOADS_MAX_BYTES }
  for (const surplus of await ports.database.listSurplusUploads(uploaderOf(caller), keep)) {
    await endUpload(ports, surplus)
  }
  return openState(ports.database, upload)
}

function isSameDeclaration(upload: UploadRow, input: UploadInput): boolean {
  return upload.size === input.size && upload.format === input.format && upload.digest === input.digest
}

function assertDeclaredAsStored(input: UploadInput, blob: BlobRow): void {
  if (input.size !== blob.size) {
    throw new RbeeError(
      'size_mismatch',
      `These bytes are stored and have ${blob.size} bytes, not ${input.size}`,
    )
  }
  if (input.digest !== blob.digest || input.format !== blob.format) {
    throw new RbeeError(
      'digest_mismatch',
      `These bytes are stored: a ${blob.format} of a tar with ${blob.digest}`,
      {
        next: 'Declare the digest of the uncompressed tar',
      },
    )
  }
}
