import { createHash } from 'node:crypto'
import { digestOf, RbeeError, sha256Schema } from '@rbee/schema'
import { applyPatch, makePatch, memorySource, type Patch } from '../src/index.ts'

export const digestOfBytes = (bytes: Uint8Array) =>
  digestOf(sha256Schema.parse(createHash('sha256').update(bytes).digest('hex')))

/** A patch; by default with all the time there is. */
export async function patchOf(base: Uint8Array, target: Uint8Array, seconds = 1000): Promise<Patch> {
  const patch = await makePatch(memorySource(base), memorySource(target), { now: () => 0, seconds })
  if (typeof patch === 'string') throw new Error(`there is no patch: ${patch}`)
  return patch
}

/** As a download does it: Buffers whose memory is gone when the next one is asked for. */
export async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += size) {
    const piece = Buffer.from(Uint8Array.from(bytes.subarray(from, from + size)).buffer)
    yield piece
    structuredClone(piece.buffer, { transfer: [piece.buffer] })
  }
}

/** What the patch makes of the base. */
export async function applied(
  base: Uint8Array,
  patch: Uint8Array,
  expected: { readonly digest: ReturnType<typeof digestOfBytes>; readonly size: number },
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of applyPatch(memorySource(base), inPieces(patch, 1000), expected))
    chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** What the patch makes of the base, or the code of the failure. */
export async function outcome(...args: Parameters<typeof applied>): Promise<Uint8Array | string> {
  try {
    return await applied(...args)
  } catch (error) {
    if (error instanceof RbeeError) return error.code
    throw error
  }
}
