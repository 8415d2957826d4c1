import { createPatience } from './download-patience.ts'
import { type RequestOptions, requestBytes } from './request-bytes.ts'

/** Bytes of one request. All requests together fit into memory beside an extraction. */
export const RANGE_BYTES = 4 * 2 ** 20
const CONNECTIONS = 4

/** Bytes from `start` to before `end`. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/**
 * Ranges of at most {@link RANGE_BYTES} over several connections, one chunk for each and in their order: a single connection is often
 * kept slow, by a lossy line or by the server. Each range is asked for again by itself.
 *
 * Fails with {@link NoRanges}, with `registry_unreachable`, or with `registry_invalid`.
 */
export async function* parallelRanges(
  url: URL,
  ranges: Iterable<ByteRange>,
  options: RequestOptions,
): AsyncGenerator<Uint8Array> {
  const others = new AbortController()
  const signal = AbortSignal.any([options.signal, others.signal])
  const begun: Promise<Uint8Array>[] = []
  const left = ranges[Symbol.iterator]()
  const begin = () => {
    const { value: range, done } = left.next()
    if (done) return
    const bytes = fetchRange(url, range, { ...options, signal })
    // Reported when it is its turn.
    bytes.catch(() => {})
    begun.push(bytes)
  }
  try {
    for (let count = 0; count < CONNECTIONS; count += 1) begin()
    for (let first = begun.shift(); first !== undefined; first = begun.shift()) {
      const bytes = await first
      begin()
      yield bytes
    }
  } finally {
    others.abort()
  }
}

/** A stretch in ranges of the size in which they are fetched. */
export function* inRanges({ start, end }: ByteRange): Generator<ByteRange> {
  for (let at = start; at < end; at += RANGE_BYTES) yield { start: at, end: Math.min(end, at + RANGE_BYTES) }
}

async function fetchRange(url: URL, { start, end }: ByteRange, options: RequestOptions): Promise<Uint8Array> {
  const patience = createPatience(url, options.signal)
  const bytes = new Uint8Array(end - start)
  let received = 0
  while (received < bytes.length) {
    const before = received
    try {
      for await (const chunk of requestBytes(url, { start: start + received, end }, options)) {
        bytes.set(chunk.subarray(0, bytes.length - received), received)
        received = Math.min(bytes.length, received + chunk.length)
      }
      if (received < bytes.length) throw new Error(`a range ended after ${received} of ${bytes.length} bytes`)
    } catch (error) {
      await patience.afterFailure(error, received - before)
    }
  }
  return bytes
}
