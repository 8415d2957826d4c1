/** Collects bytes and numbers in memory that grows. */
export interface ByteWriter {
  readonly length: number
  byte(value: number): void
  bytes(values: Uint8Array): void
  /** A whole number from 0 to 2^53 - 1: seven bits a byte, the lowest first, the highest bit set where more follow. */
  number(value: number): void
  /** A whole number of either sign: 0, -1, 1, -2 … are written as 0, 1, 2, 3 … */
  signed(value: number): void
  /** What was written; valid until more is. */
  view(): Uint8Array
  clear(): void
}

export function createByteWriter(): ByteWriter {
  let buffer = new Uint8Array(1024)
  let length = 0
  const reserve = (more: number) => {
    if (length + more <= buffer.length) return
    const larger = new Uint8Array(Math.max(buffer.length * 2, length + more))
    larger.set(buffer.subarray(0, length))
    buffer = larger
  }
  const number = (value: number) => {
    reserve(8)
    let rest = value
    for (; rest >= 128; rest = Math.floor(rest / 128)) {
      buffer[length] = (rest % 128) + 128
      length += 1
    }
    buffer[length] = rest
    length += 1
  }
  return {
    get length() {
      return length
    },
    byte(value) {
      reserve(1)
      buffer[length] = value
      length += 1
    },
    bytes(values) {
      reserve(values.length)
      buffer.set(values, length)
      length += values.length
    },
    number,
    signed: (value) => number(value < 0 ? -value * 2 - 1 : value * 2),
    view: () => buffer.subarray(0, length),
    clear() {
      length = 0
    },
  }
}
