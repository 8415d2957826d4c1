import { unusable } from '../patch-error.ts'

/** Reads what a byte writer wrote. Every method fails with `patch_invalid` where the bytes end too early. */
export interface ByteReader {
  /** Bytes that were not read yet. */
  readonly left: number
  byte(): number
  /** A view of the next bytes. */
  bytes(length: number): Uint8Array
  /** A whole number of at most `max`. */
  number(max: number): number
  /** A whole number of either sign, at most 2^52 away from 0. */
  signed(): number
}

export function createByteReader(source: Uint8Array): ByteReader {
  let position = 0
  const byte = () => {
    const value = source[position]
    if (value === undefined) throw unusable('a stream ends too early')
    position += 1
    return value
  }
  const number = (max: number) => {
    let value = 0
    // Seven groups of seven bits and one of four: 2^53.
    for (let scale = 1; scale < 2 ** 53; scale *= 128) {
      const next = byte()
      value += (next % 128) * scale
      if (next >= 128) continue
      if (value > max) throw unusable('a number is too large')
      return value
    }
    throw unusable('a number has no end')
  }
  return {
    get left() {
      return source.length - position
    },
    byte,
    bytes(length) {
      if (length > source.length - position) throw unusable('a stream ends too early')
      position += length
      return source.subarray(position - length, position)
    },
    number,
    signed() {
      const value = number(2 ** 53 - 1)
      return value % 2 === 0 ? value / 2 : -(value + 1) / 2
    },
  }
}
