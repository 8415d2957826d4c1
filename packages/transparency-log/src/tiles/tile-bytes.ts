import { RbeeError } from '@rbee/schema'
import { HASH_BYTES, type Hash } from '../merkle/hashes.ts'
import { TILE_WIDTH } from './tile-path.ts'

/** Largest entry: its length stands in two bytes before it (C2SP tlog-tiles). */
export const ENTRY_MAX_BYTES = 0xffff
/** Largest bundle of entries. */
export const BUNDLE_MAX_BYTES = TILE_WIDTH * (ENTRY_MAX_BYTES + 2)
/** Size of a full tile of hashes. */
export const TILE_BYTES = TILE_WIDTH * HASH_BYTES

export function tileBytes(hashes: readonly Hash[]): Uint8Array {
  return joined(hashes)
}

/** The hashes of a tile. Fails with `log_invalid` unless there are `width` of them. */
export function parseTile(bytes: Uint8Array, width: number): Hash[] {
  if (bytes.length !== width * HASH_BYTES) {
    throw new RbeeError('log_invalid', `A tile of ${width} hashes has ${bytes.length} bytes`)
  }
  return Array.from({ length: width }, (_, at) => bytes.slice(at * HASH_BYTES, (at + 1) * HASH_BYTES))
}

/** An entry beyond {@link ENTRY_MAX_BYTES} is a bug of the caller. */
export function bundleBytes(entries: readonly Uint8Array[]): Uint8Array {
  return joined(
    entries.flatMap((entry) => {
      if (entry.length > ENTRY_MAX_BYTES) throw new RangeError(`An entry has ${entry.length} bytes`)
      return [Uint8Array.of(entry.length >> 8, entry.length & 0xff), entry]
    }),
  )
}

/** The entries of a bundle, at most `width`; fewer where it ends early. Fails with `log_invalid` where one is cut off. */
export function parseBundle(bytes: Uint8Array, width: number): Uint8Array[] {
  const entries: Uint8Array[] = []
  let at = 0
  while (at < bytes.length) {
    const [high, low] = bytes.subarray(at, at + 2)
    if (entries.length === width)
      throw new RbeeError('log_invalid', `A bundle holds more than ${width} entries`)
    if (high === undefined || low === undefined) throw cutOff()
    const end = at + 2 + high * 256 + low
    if (end > bytes.length) throw cutOff()
    entries.push(bytes.slice(at + 2, end))
    at = end
  }
  return entries
}

function cutOff(): RbeeError {
  return new RbeeError('log_invalid', 'A bundle of entries ends inside an entry')
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}
