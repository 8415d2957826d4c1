import { RbeeError, type UploadState, uploadPartBytes, uploadPartCount } from '@rbee/schema'
import type { Caller, RegistryPorts } from '../registry.ts'
import { findUpload, openState } from './upload-state.ts'

/**
 * Stores part `part` (from 1) of an open upload; a part that is sent again replaces the earlier one. Number and length
 * are checked before a byte reaches the store: `part_invalid`, `size_mismatch`.
 *
 * @param size what the request declares as its length, in bytes.
 */
export async function writePart(
  ports: RegistryPorts,
  caller: Caller,
  id: string,
  part: number,
  body: ReadableStream<Uint8Array>,
  size: number,
): Promise<UploadState> {
  const found = await findUpload(ports, caller, id)
  if (found.kind === 'stored') return found.state
  const { upload } = found
  const expected = uploadPartBytes(upload.size, part)
  if (expected === null) {
    const count = uploadPartCount(upload.size)
    throw new RbeeError('part_invalid', `The upload has the parts 1 to ${count}, and no part ${part}`)
  }
  if (size !== expected) {
    throw new RbeeError('size_mismatch', `Part ${part} has ${expected} bytes, but the request has ${size}`, {
      details: { part, expected_size: expected },
    })
  }
  const receipt = await ports.archives.writePart(upload.staging, part, body, size)
  await ports.database.savePart(upload.id, part, receipt)
  return openState(ports.database, upload)
}
