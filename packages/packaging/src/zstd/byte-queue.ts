/** Takes an exact number of bytes at a time off a stream of chunks. */
export interface ByteQueue {
  /** @returns the next `length` bytes, fewer where the stream ends before. */
  take(length: number): Promise<Uint8Array>
  /** Ends the stream early. */
  close(): Promise<void>
}

export function byteQueue(source: AsyncIterable<Uint8Array>): ByteQueue {
  const chunks = source[Symbol.asyncIterator]()
  let rest: Uint8Array = new Uint8Array(0)

  return {
    async take(length) {
      if (rest.length >= length) return cut(length)
      const parts = [rest]
      let size = rest.length
      while (size < length) {
        const next = await chunks.next()
        if (next.done) break
        // A chunk is the source's own again when the next one is asked for. Not slice(): that of a Buffer copies nothing.
        parts.push(new Uint8Array(next.value))
        size += next.value.length
      }
      rest = Buffer.concat(parts, size)
      return cut(length)
    },
    async close() {
      await chunks.return?.()
    },
  }

  function cut(length: number): Uint8Array {
    const taken = rest.subarray(0, length)
    rest = rest.subarray(length)
    return taken
  }
}
