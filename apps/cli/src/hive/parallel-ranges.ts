import { createPatience } from './download-patience.ts'
import { type RequestOptions, requestBytes } from './request-bytes.ts'

/** Bytes of one request. All requests together fit into memory beside an extraction. */
export const RANGE_BYTES = 4 * 2 ** 20
const CONNECTIONS = 4

/**
 * The bytes from `start` to `end` over several connections, in their order: a single one is often kept slow, by a lossy line or by
 * the server. Each range is asked for again by itself.
 *
 * Fails with {@link NoRanges}, with `registry_unreachable`, or with `registry_invalid`.
 */
export async function* parallelRanges(
  url: URL,
  { start, end }: { readonly start: number; readonly end: number },
  options: RequestOptions,
): AsyncGenerator<Uint8Array> {
  const others = new AbortController()
  const signal = AbortSignal.any([options.signal, others.signal])
  const ranges: Promise<Uint8Array>[] = []
  let next = start
  const begin = () => {
    if (next >= end) return
    const range = { start: next, end: Math.min(end, next + RANGE_BYTES) }
    next = range.end
    const bytes = fetchRange(url, range, { ...options, signal })
    // Reported when it is its turn.
    bytes.catch(() => {})
    ranges.push(bytes)
  }
  try {
    for (let count = 0; count < CONNECTIONS; count += 1) begin()
    for (let first = ranges.shift(); first !== undefined; first = ranges.shift()) {
      const bytes = await first
      begin()
      yield bytes
    }
  } finally {
    others.abort()
  }
}

async function fetchRange(
  url: URL,
  { start, end }: { readonly start: number; readonly end: number },
  options: RequestOptions,
): Promise<Uint8Array> {
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
