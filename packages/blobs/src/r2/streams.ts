import type {
  FixedLengthStream as FixedLengthStreamClass,
  WritableStream as R2Sink,
  ReadableStream as R2Stream,
} from '@cloudflare/workers-types'
import { RbeeError } from '@rbee/schema'

// `@cloudflare/workers-types` and `@types/node` describe the same web streams in types that do not fit each other.

/** A global of workerd: a pair of streams whose reader knows the length beforehand. */
declare const FixedLengthStream: typeof FixedLengthStreamClass

/** A stream of R2 as the web stream that it is. */
export function webStream(body: object): ReadableStream<Uint8Array> {
  if (!(body instanceof ReadableStream)) throw new TypeError('Not a stream')
  return body
}

/**
 * Gives `consume` a stream of exactly `size` bytes, for R2, which takes no stream of unknown length.
 * Fails with `size_mismatch` when `body` is shorter or longer.
 */
export async function exactly<T>(
  body: ReadableStream<Uint8Array>,
  size: number,
  consume: (exact: R2Stream) => Promise<T>,
): Promise<T> {
  const { readable, writable } = new FixedLengthStream(size)
  const [copied, consumed] = await Promise.allSettled([copy(body, size, writable), consume(readable)])
  // The copy knows why; what the consumer reports is only that its stream broke.
  if (copied.status === 'rejected') throw copied.reason
  if (consumed.status === 'rejected') throw consumed.reason
  return consumed.value
}

async function copy(body: ReadableStream<Uint8Array>, size: number, writable: R2Sink): Promise<void> {
  const writer = writable.getWriter()
  let received = 0
  try {
    for await (const chunk of body) {
      received += chunk.length
      if (received > size) {
        throw new RbeeError('size_mismatch', `The body is longer than the stated ${size} bytes`)
      }
      await writer.write(chunk)
    }
    if (received < size) {
      throw new RbeeError('size_mismatch', `The body ended after ${received} of the stated ${size} bytes`)
    }
    await writer.close()
  } catch (error) {
    await writer.abort(error)
    throw error
  }
}
