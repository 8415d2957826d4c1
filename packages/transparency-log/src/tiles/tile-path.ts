/** Leaves or nodes in a full tile: the height of tiles is 8 (C2SP tlog-tiles). */
export const TILE_WIDTH = 256
/** No tree of 2^53 leaves, the largest that numbers count exactly, has tiles above this level. */
const MAX_LEVEL = 6

/** A tile of hashes, or a bundle of the entries themselves. */
export interface TileKey {
  /** Height of the tile in tiles; `entries` is the bundle with the entries of the tile of level 0 at the same place. */
  readonly level: number | 'entries'
  /** Place among those of the level, from 0. */
  readonly index: number
  /** How many hashes or entries it holds: 1 to 256; fewer than 256 in the last of a level. */
  readonly width: number
}

/**
 * `tile/0/x001/067.p/8`: the address of a tile below the log's own, after the C2SP specification tlog-tiles.
 * Source: https://c2sp.org/tlog-tiles
 */
export function tilePath({ level, index, width }: TileKey): string {
  const partial = width === TILE_WIDTH ? '' : `.p/${width}`
  return `tile/${level}/${indexPath(index)}${partial}`
}

const PATH = /^tile\/(entries|\d)\/((?:x\d{3}\/){0,5}\d{3})(?:\.p\/([1-9]\d{0,2}))?$/

/** Null for anything that {@link tilePath} does not write. */
export function parseTilePath(path: string): TileKey | null {
  const match = PATH.exec(path)
  if (match === null) return null
  const [, stated = '', groups = '', width] = match
  const key: TileKey = {
    level: stated === 'entries' ? stated : Number(stated),
    index: Number(groups.replaceAll(/[x/]/g, '')),
    width: width === undefined ? TILE_WIDTH : Number(width),
  }
  if (key.level !== 'entries' && key.level > MAX_LEVEL) return null
  if (!Number.isSafeInteger(key.index) || tilePath(key) !== path) return null
  return key.width < TILE_WIDTH || width === undefined ? key : null
}

/** Groups of three digits, all but the last with an x before them. */
function indexPath(index: number): string {
  const digits = String(index)
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0')
  const groups = padded.match(/\d{3}/g) ?? []
  return groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/')
}

/** The tiles of a tree of `size` leaves at one level, of which all but the last are full. */
export function tileCount(level: number, size: number): number {
  return Math.ceil(nodesAt(level, size) / TILE_WIDTH)
}

/** Hashes in the tile `index` of a level in a tree of `size` leaves; 0 where there is no such tile. */
export function tileWidth(level: number, index: number, size: number): number {
  return Math.min(TILE_WIDTH, Math.max(0, nodesAt(level, size) - index * TILE_WIDTH))
}

/** Full subtrees of a level of tiles: leaves at level 0. */
function nodesAt(level: number, size: number): number {
  return Math.floor(size / TILE_WIDTH ** level)
}
