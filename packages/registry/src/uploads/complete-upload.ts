import { type ArchiveInspection, inspectArchive } from '@rbee/packaging/inspection'
import { RbeeError, type UploadState, uploadPartCount } from '@rbee/schema'
import type { PartReceipt } from '../ports/archive-store.ts'
import type { UploadRow } from '../ports/database.ts'
import type { Caller, RegistryPorts } from '../registry.ts'
import { sha256OfStream } from '../sha256.ts'
import { saveFileList } from './file-lists.ts'
import { endUpload } from './open-upload.ts'
import { findUpload, storedState } from './upload-state.ts'

/**
 * Puts the parts together, checks them, and only then stores them as an archive. May be called again, also at the same
 * time. An upload stays open while parts are missing (`upload_incomplete`) and when a store fails (`storage_failed`).
 *
 * Bytes that break their declaration end the upload, because not every store can replace a part of assembled bytes:
 * `digest_mismatch` and `size_mismatch` for other bytes than declared, `archive_invalid` for the right bytes that
 * break the rules for archives.
 */
export async function completeUpload(ports: RegistryPorts, caller: Caller, id: string): Promise<UploadState> {
  const found = await findUpload(ports, caller, id)
  if (found.kind === 'stored') return found.state
  const { upload } = found
  const parts = await receivedParts(ports, upload)
  const report = await verifyAndStore(ports, upload, parts)
  // First: who finds the archive stored sends it no more.
  await saveFileList(ports, report.files)
  await ports.database.insertBlob({
    sha256: upload.sha256,
    size: upload.size,
    format: upload.format,
    digest: upload.digest,
    unpackedSize: report.unpackedSize,
    storedAt: ports.clock(),
    programs: report.programs,
    metadata: report.metadata,
  })
  await endUpload(ports, upload)
  return storedState(upload.sha256, upload.size)
}

async function receivedParts(ports: RegistryPorts, upload: UploadRow): Promise<readonly PartReceipt[]> {
  const received = await ports.database.listParts(upload.id)
  const numbers = new Set(received.map(({ part }) => part))
  const missing: number[] = []
  for (let part = 1; part <= uploadPartCount(upload.size); part += 1) {
    if (!numbers.has(part)) missing.push(part)
  }
  if (missing.length === 0) return received.toSorted((a, b) => a.part - b.part)
  throw new RbeeError('upload_incomplete', `Parts are missing: ${missing.slice(0, 20).join(', ')}`, {
    next: 'Send the missing parts, then complete the upload again',
    details: { missing_parts: missing },
  })
}

async function verifyAndStore(
  ports: RegistryPorts,
  upload: UploadRow,
  parts: readonly PartReceipt[],
): Promise<ArchiveInspection> {
  try {
    await ports.archives.assemble(upload.staging, parts)
    const report = await inspectAsDeclared(await ports.archives.openStaged(upload.staging), upload)
    await ports.archives.promote(upload.staging, upload.sha256, upload.size)
    return report
  } catch (failure) {
    // A call at the same time, or one that was cut off, may have stored these bytes already and ended the staging place.
    const stored = await ports.archives.open(upload.sha256)
    if (stored !== null) return inspectAsDeclared(stored.body, upload)
    throw await settleFailure(ports, upload, failure)
  }
}

async function inspectAsDeclared(
  body: ReadableStream<Uint8Array>,
  upload: UploadRow,
): Promise<ArchiveInspection> {
  const report = await inspectArchive(body, upload.format)
  if (report.digest === upload.digest) return report
  throw new RbeeError('digest_mismatch', 'The tar inside does not have the declared digest', {
    next: 'Declare the digest of the uncompressed tar',
    details: { declared: upload.digest, actual: report.digest },
  })
}

/** Decides what a failed check means: the bytes are wrong, which ends the upload, or a store failed, which does not. */
async function settleFailure(ports: RegistryPorts, upload: UploadRow, failure: unknown): Promise<RbeeError> {
  if (!(failure instanceof RbeeError) || failure.code === 'storage_failed') {
    return new RbeeError('storage_failed', 'The parts could not be put together just now', {
      next: 'Complete the upload again',
      cause: failure,
    })
  }
  // The staging place may be in the hands of a call at the same time, which ends it.
  if (failure.code === 'upload_not_found') return failure
  const final = failure.code === 'archive_invalid' ? await blameBytes(ports, upload, failure) : failure
  await endUpload(ports, upload)
  return final
}

/** Bytes that were damaged on the way seldom make an archive; who sent them needs to hear that, not a rule of tar. */
async function blameBytes(ports: RegistryPorts, upload: UploadRow, failure: RbeeError): Promise<RbeeError> {
  const actual = await sha256OfStream(await ports.archives.openStaged(upload.staging))
  if (actual === upload.sha256) return failure
  return new RbeeError('digest_mismatch', 'The bytes received do not have the declared SHA-256', {
    next: 'Open a new upload and send the parts again',
    details: { declared: upload.sha256, actual },
    cause: failure,
  })
}
