import { RbeeError } from '@rbee/schema'

/** A stream of `bytes` in chunks of at most `chunk` bytes. */
export function streamOf(bytes: Uint8Array, chunk = 64 * 1024): ReadableStream<Uint8Array> {
  let offset = 0
  return new ReadableStream({
    pull(controller) {
      if (offset < bytes.length) controller.enqueue(bytes.slice(offset, offset + chunk))
      offset += chunk
      if (offset >= bytes.length) controller.close()
    },
  })
}

/** All bytes of a stream. */
export async function bytesOf(stream: ReadableStream<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Response(stream).arrayBuffer())
}

/** The bytes of a stream that must hold exactly `size` of them; fails with `size_mismatch`. */
export async function exactBytesOf(
  stream: ReadableStream<Uint8Array>,
  size: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(size)
  let received = 0
  for await (const chunk of stream) {
    if (received + chunk.length > size) {
      throw new RbeeError('size_mismatch', `The body is longer than the stated ${size} bytes`)
    }
    bytes.set(chunk, received)
    received += chunk.length
  }
  if (received < size) {
    throw new RbeeError('size_mismatch', `The body ended after ${received} of the stated ${size} bytes`)
  }
  return bytes
}
