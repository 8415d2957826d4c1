import type { ByteSource } from './byte-source.ts'

/** Each read is a round trip to another thread, so where one follows the other, so many bytes are read at once. */
const AHEAD_BYTES = 1024 * 1024

/** The same bytes, quicker where they are read one after the other. Reads may not overlap in time. */
export function readingAhead(source: ByteSource): ByteSource {
  const ahead = new Uint8Array(AHEAD_BYTES)
  let [start, end] = [0, 0]
  let expected = 0
  return {
    size: source.size,
    async read(offset, into) {
      const follows = offset === expected
      expected = offset + into.length
      if (offset < start || expected > end) {
        if (!follows || into.length > AHEAD_BYTES) return source.read(offset, into)
        end = start
        const size = Math.min(AHEAD_BYTES, source.size - offset)
        await source.read(offset, ahead.subarray(0, size))
        ;[start, end] = [offset, offset + size]
      }
      into.set(ahead.subarray(offset - start, expected - start))
    },
    close: source.close,
  }
}
