import { RbeeError } from '@rbee/schema'
import { type Hash, hashAt, perfectRoot } from '../merkle/hashes.ts'
import type { ReadNode } from '../merkle/proofs.ts'
import { type Checkpoint, openCheckpoint } from '../notes/checkpoint.ts'
import type { NoteVerifier } from '../notes/keys.ts'
import { NOTE_MAX_BYTES } from '../notes/signed-note.ts'
import { BUNDLE_MAX_BYTES, parseBundle, parseTile, TILE_BYTES } from '../tiles/tile-bytes.ts'
import { TILE_WIDTH, type TileKey, tilePath, tileWidth } from '../tiles/tile-path.ts'

/**
 * Where a log is read: the bytes below its address, such as `checkpoint`; null where there are none. More than
 * `maxBytes` must not be taken from whoever answers, but be refused with `log_invalid`.
 */
export type LogSource = (path: string, maxBytes: number) => Promise<Uint8Array | null>

/** Fails with `log_unavailable`, `log_invalid` and `log_signature_invalid`. */
export async function readCheckpoint(source: LogSource, verifier: NoteVerifier): Promise<Checkpoint> {
  const bytes = await source('checkpoint', NOTE_MAX_BYTES)
  if (bytes === null) throw new RbeeError('log_unavailable', 'There is no signed state of a log')
  return openCheckpoint(bytes, verifier)
}

/** Hashes of a tile in the tree of `size` leaves. Fails with `log_invalid`, also where there is none. */
export async function readTile(
  source: LogSource,
  level: number,
  index: number,
  size: number,
): Promise<Hash[]> {
  const key = { level, index, width: tileWidth(level, index, size) }
  const found = await readGrown(source, key, TILE_BYTES)
  if (found === null) throw new RbeeError('log_invalid', `The log lacks ${tilePath(key)}`)
  return parseTile(found.bytes, found.width).slice(0, key.width)
}

/** The entries from `index` times 256 on, as far as they are there; none where the bundle is missing. */
export async function readEntries(source: LogSource, index: number, size: number): Promise<Uint8Array[]> {
  const key = { level: 'entries', index, width: tileWidth(0, index, size) } as const
  const found = await readGrown(source, key, BUNDLE_MAX_BYTES)
  return found === null ? [] : parseBundle(found.bytes, found.width).slice(0, key.width)
}

/** A tile that was not full may be taken away once it is (C2SP tlog-tiles): then the full one holds the same. */
async function readGrown(
  source: LogSource,
  key: TileKey,
  maxBytes: number,
): Promise<{ bytes: Uint8Array; width: number } | null> {
  for (const width of new Set([key.width, TILE_WIDTH])) {
    const bytes = await source(tilePath({ ...key, width }), maxBytes)
    if (bytes !== null) return { bytes, width }
  }
  return null
}

/** Nodes of the tree of `size` leaves, read from its tiles, each of which is fetched once. */
export function tileNodes(source: LogSource, size: number): ReadNode {
  const known = new Map<string, Promise<Hash[]>>()
  return async (level, index) => {
    const height = level % 8
    const tileLevel = (level - height) / 8
    const first = index * 2 ** height
    const tileIndex = Math.floor(first / TILE_WIDTH)
    const name = `${tileLevel}/${tileIndex}`
    const reading = known.get(name) ?? readTile(source, tileLevel, tileIndex, size)
    known.set(name, reading)
    const hashes = await reading
    const start = first % TILE_WIDTH
    if (height === 0) return hashAt(hashes, start)
    return perfectRoot(hashes.slice(start, start + 2 ** height))
  }
}
