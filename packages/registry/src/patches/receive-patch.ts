import { createHash } from 'node:crypto'
import { RbeeError, type Sha256, sha256Schema, uploadPartBytes, uploadPartCount } from '@rbee/schema'
import type { PartReceipt } from '../ports/archive-store.ts'
import type { RegistryPorts } from '../registry.ts'

/**
 * Stores the bytes of a patch under their SHA-256, holding one part of them at a time.
 *
 * @param size what the request states as its length, in bytes.
 * @param check of the first part, before anything is stored.
 * Fails with `size_mismatch` for other bytes than that, or as `check` does.
 */
export async function receivePatch(
  { archives }: Pick<RegistryPorts, 'archives'>,
  body: ReadableStream<Uint8Array>,
  size: number,
  check: (begin: Uint8Array) => Promise<void>,
): Promise<Sha256> {
  const parts = inParts(body, size)
  const first = await parts.next()
  if (first.done) throw wrongSize(size)
  await check(first.value)
  const hash = createHash('sha256')
  const staging = await archives.stage(size)
  try {
    const receipts: PartReceipt[] = []
    for (let next: IteratorResult<Uint8Array> = first; !next.done; next = await parts.next()) {
      const bytes = next.value
      hash.update(bytes)
      const part = receipts.length + 1
      const receipt = await archives.writePart(staging, part, streamOf(bytes), bytes.length)
      receipts.push({ part, receipt })
    }
    await archives.assemble(staging, receipts)
    const sha256 = sha256Schema.parse(hash.digest('hex'))
    await archives.promote(staging, sha256, size)
    return sha256
  } catch (error) {
    await archives.discard(staging)
    throw error
  }
}

/** The parts that an archive of this size is stored in; fails where the body is shorter or longer. */
async function* inParts(body: ReadableStream<Uint8Array>, size: number): AsyncGenerator<Uint8Array, void> {
  let part = new Uint8Array(uploadPartBytes(size, 1) ?? 0)
  let filled = 0
  let sent = 0
  for await (const chunk of body) {
    for (let rest = chunk; rest.length > 0; ) {
      if (part.length === 0) throw wrongSize(size)
      const taken = rest.subarray(0, part.length - filled)
      part.set(taken, filled)
      filled += taken.length
      rest = rest.subarray(taken.length)
      if (filled < part.length) continue
      yield part
      sent += 1
      filled = 0
      part = new Uint8Array(uploadPartBytes(size, sent + 1) ?? 0)
    }
  }
  if (sent < uploadPartCount(size)) throw wrongSize(size)
}

function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(bytes)
      controller.close()
    },
  })
}

function wrongSize(size: number): RbeeError {
  return new RbeeError('size_mismatch', `The body does not have the ${size} bytes that the request states`)
}
