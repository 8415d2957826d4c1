/** At this size, reading and sending a chunk costs little beside its bytes. */
const LARGE_BYTES = 512 * 1024
/** Large buffers of the whole process, in use or waiting: 16 MiB. */
const LARGE_COUNT = 32
/** Enough to go on with, little enough for each of thousands of clients that read slowly. */
const SMALL_BYTES = 64 * 1024
/** Small buffers that wait to be used again: 8 MiB. */
const SMALL_WAITING = 128

/**
 * Memory through which files go to connections. It is used again, because memory that is fresh from the system costs as
 * much as filling it. Slow clients hold on to theirs, so only some get large buffers and all others small ones.
 */
export interface TransferBuffers {
  take(): ArrayBuffer
  /** Takes back what nobody reads or writes any more. */
  give(buffer: ArrayBufferLike): void
  /** Forgets a buffer of this size, which does not come back: a broken connection or stream may still hold it. */
  lose(bytes: number): void
}

export function createTransferBuffers(): TransferBuffers {
  const large: ArrayBuffer[] = []
  const small: ArrayBuffer[] = []
  let largeMade = 0
  return {
    take() {
      const buffer = large.pop()
      if (buffer !== undefined) return buffer
      if (largeMade >= LARGE_COUNT) return small.pop() ?? new ArrayBuffer(SMALL_BYTES)
      largeMade += 1
      return new ArrayBuffer(LARGE_BYTES)
    },
    give(buffer) {
      if (!(buffer instanceof ArrayBuffer)) return
      if (buffer.byteLength === LARGE_BYTES) large.push(buffer)
      else if (buffer.byteLength === SMALL_BYTES && small.length < SMALL_WAITING) small.push(buffer)
    },
    lose(bytes) {
      if (bytes === LARGE_BYTES) largeMade -= 1
    },
  }
}
