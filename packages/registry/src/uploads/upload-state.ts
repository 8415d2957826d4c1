import { RbeeError, type Sha256, UPLOAD_PART_BYTES, type UploadState, uploadPartCount } from '@rbee/schema'
import type { Database, UploadRow } from '../ports/database.ts'
import type { Caller, RegistryPorts } from '../registry.ts'
import { archiveOfUploadId } from './upload-id.ts'

/** An upload that is open, or the state of one that came to its end. */
export type FoundUpload =
  | { readonly kind: 'open'; readonly upload: UploadRow }
  | { readonly kind: 'stored'; readonly state: UploadState }

/**
 * Finds an upload for who opened it, or for an operator. Others are told that there is none: an upload's id and size are
 * nobody else's business. Fails with `upload_not_found` or `upload_expired`.
 */
export async function findUpload(
  ports: Pick<RegistryPorts, 'database' | 'clock'>,
  caller: Caller,
  id: string,
): Promise<FoundUpload> {
  const upload = await ports.database.findUpload(id)
  if (upload === null) {
    const sha256 = archiveOfUploadId(id)
    const [blob] = sha256 === null ? [] : await ports.database.findBlobs([sha256])
    if (blob) return { kind: 'stored', state: storedState(blob.sha256, blob.size) }
    throw uploadNotFound()
  }
  if (upload.tokenId !== uploaderOf(caller) && caller.scope !== 'operator') throw uploadNotFound()
  if (upload.expiresAt <= ports.clock()) {
    throw new RbeeError(
      'upload_expired',
      `The upload expired at ${new Date(upload.expiresAt).toISOString()}`,
      {
        next: 'Open a new upload and send the parts again',
      },
    )
  }
  return { kind: 'open', upload }
}

/** Whose an upload is: a run goes on with it when its token expired and it was given another. */
export function uploaderOf({ tokenId, worker, run }: Caller): string {
  return run === undefined ? tokenId : `run:${run.issuer}/${run.repository_id}/${run.run.id}/${worker}`
}

/** What is received of an open upload. */
export async function openState(database: Database, upload: UploadRow): Promise<UploadState> {
  const received = await database.listParts(upload.id)
  return {
    upload_id: upload.id,
    status: 'open',
    sha256: upload.sha256,
    size: upload.size,
    part_size: UPLOAD_PART_BYTES,
    parts: uploadPartCount(upload.size),
    received_parts: received.map(({ part }) => part).toSorted((a, b) => a - b),
    expires_at: new Date(upload.expiresAt).toISOString(),
  }
}

/** The state of bytes that are stored: there is nothing to send. */
export function storedState(sha256: Sha256, size: number): UploadState {
  return {
    upload_id: null,
    status: 'stored',
    sha256,
    size,
    part_size: UPLOAD_PART_BYTES,
    parts: uploadPartCount(size),
    received_parts: [],
    expires_at: null,
  }
}

function uploadNotFound(): RbeeError {
  return new RbeeError('upload_not_found', 'There is no such upload, or it belongs to another token', {
    next: 'Open a new upload',
  })
}
