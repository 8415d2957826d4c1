import { TILE_WIDTH, type TileKey } from '@rbee/transparency-log'
import { inGroups } from '../documents/in-groups.ts'
import type { LogPorts } from './log-ports.ts'

/** So many of the last tree heads keep their own last tiles, for those who read one of them while the log grows. */
const HEADS_KEPT = 16
const REQUESTS_AT_ONCE = 16

/**
 * Deletes tiles that were not full and that larger ones replaced long ago, when a tree of `from` leaves became one of `to`.
 * Whoever asks for one of them takes the full tile instead (C2SP tlog-tiles), or a newer tree head.
 */
export async function discardPartialTiles(
  { documents }: Pick<LogPorts, 'documents'>,
  from: number,
  to: number,
): Promise<void> {
  await inGroups(replacedTiles(from, to), REQUESTS_AT_ONCE, (tile) =>
    documents.delete({ kind: 'log-tile', ...tile }),
  )
}

/** Trees between the two were never shown, and left nothing. */
export function replacedTiles(from: number, to: number): TileKey[] {
  const tiles: TileKey[] = []
  for (let level = 0; TILE_WIDTH ** level <= to; level += 1) {
    const nodesOf = (size: number) => Math.floor(Math.max(0, size) / TILE_WIDTH ** level)
    const end = Math.min(nodesOf(to - HEADS_KEPT), nodesOf(from) + 1)
    for (let nodes = nodesOf(from - HEADS_KEPT); nodes < end; nodes += 1) {
      const width = nodes % TILE_WIDTH
      if (width === 0) continue
      const place = { index: Math.floor(nodes / TILE_WIDTH), width }
      tiles.push({ level, ...place })
      if (level === 0) tiles.push({ level: 'entries', ...place })
    }
  }
  return tiles
}
