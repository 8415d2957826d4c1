import { EMPTY_ROOT, type Hash, nodeHash, perfectRoot } from '../merkle/hashes.ts'
import { TILE_WIDTH } from './tile-path.ts'

/** All of a tree that is needed to add to it: the hashes of the last tile of each level, as far as it is not full. */
export interface TreeEdge {
  readonly size: number
  /** From level 0 up; each holds fewer than 256 hashes. */
  readonly unfinished: readonly (readonly Hash[])[]
}

/** A tile of a tree that grew: full, or the last of its level. */
export interface GrownTile {
  readonly level: number
  readonly index: number
  readonly hashes: readonly Hash[]
}

export const EMPTY_EDGE: TreeEdge = { size: 0, unfinished: [] }

/** Adds leaves at the end. @returns the new edge, and every tile that a reader of the new tree needs and the old lacks. */
export function extendTree(
  edge: TreeEdge,
  leaves: readonly Hash[],
): { readonly edge: TreeEdge; readonly tiles: readonly GrownTile[] } {
  const size = edge.size + leaves.length
  const unfinished: Hash[][] = []
  const tiles: GrownTile[] = []
  let added = leaves
  for (let level = 0; level < edge.unfinished.length || added.length > 0; level += 1) {
    const before = edge.unfinished[level] ?? []
    const hashes = [...before, ...added]
    const first = Math.floor(edge.size / TILE_WIDTH ** (level + 1))
    const full = Math.floor(hashes.length / TILE_WIDTH)
    const roots: Hash[] = []
    for (let at = 0; at < full; at += 1) {
      const tile = hashes.slice(at * TILE_WIDTH, (at + 1) * TILE_WIDTH)
      tiles.push({ level, index: first + at, hashes: tile })
      roots.push(perfectRoot(tile))
    }
    const rest = hashes.slice(full * TILE_WIDTH)
    if (added.length > 0 && rest.length > 0) tiles.push({ level, index: first + full, hashes: rest })
    unfinished.push(rest)
    added = roots
  }
  return { edge: { size, unfinished }, tiles }
}

/** The root of the tree that ends at this edge. */
export function edgeRoot({ unfinished }: TreeEdge): Hash {
  let root: Hash | null = null
  for (const hashes of unfinished) {
    for (const peak of peaksOf(hashes).toReversed()) root = root === null ? peak : nodeHash(peak, root)
  }
  return root ?? EMPTY_ROOT
}

/** Roots of the full subtrees that the hashes fall into, the largest first. */
function peaksOf(hashes: readonly Hash[]): Hash[] {
  const peaks: Hash[] = []
  let start = 0
  for (let size = TILE_WIDTH / 2; size >= 1; size /= 2) {
    if (hashes.length - start < size) continue
    peaks.push(perfectRoot(hashes.slice(start, start + size)))
    start += size
  }
  return peaks
}
