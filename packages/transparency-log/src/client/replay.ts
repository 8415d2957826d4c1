import { RbeeError } from '@rbee/schema'
import { type Hash, leafHash, sameHash } from '../merkle/hashes.ts'
import type { TreeHead } from '../merkle/proofs.ts'
import { tileCount, tilePath, tileWidth } from '../tiles/tile-path.ts'
import { EMPTY_EDGE, edgeRoot, extendTree, type GrownTile, type TreeEdge } from '../tiles/tree-edge.ts'
import { type Difference, differenceOf } from './differences.ts'
import { type LogSource, readEntries, readTile } from './log-source.ts'

/** Bundles that are fetched at the same time. */
const FETCHES_AT_ONCE = 8

/** What was seen of the log before. */
export interface KnownLog extends TreeHead {
  /** Hashes of all its entries; without them it can be told that a log has another past, and not what changed in it. */
  readonly leaves: readonly Hash[]
}

export interface ReplayOptions {
  readonly known: KnownLog | null
  /** Told of each entry that was read, in their order. Nothing of it is believed before the replay ends. */
  readonly onEntry: (index: number, entry: Uint8Array) => void
}

/**
 * Reads every entry of a log and builds its tree anew. Fails, with the place in `details.index` where it is known:
 * `log_entry_altered`, `log_entry_missing` or `log_entries_reordered` where the entries are not those that are signed;
 * `log_tree_invalid` where the tiles are not; `log_shrunk`, `log_forked` or `log_split_view` where what is signed is not
 * what was known; `log_invalid` for what cannot be read.
 *
 * @returns the hashes of all entries.
 */
export async function replayLog(
  source: LogSource,
  head: TreeHead,
  { known, onEntry }: ReplayOptions,
): Promise<Hash[]> {
  if (known !== null && head.size < known.size) throw shrunk(known, head)
  const found: Hash[] = []
  const tiled: Hash[] = []
  for await (const { entries, hashes } of readTiles(source, head.size)) {
    for (const entry of entries) {
      onEntry(found.length, entry)
      found.push(leafHash(entry))
    }
    tiled.push(...hashes)
  }
  const { edge, tiles } = extendTree(EMPTY_EDGE, found)
  if (!sameHash(edgeRoot(edge), head.root)) throw unsigned(found, tiled, head, known)
  if (differenceOf(tiled, found) !== null)
    throw treeInvalid('The hashes of entries are not those that are signed')
  if (known !== null) assertGrown(found, head, known)
  await checkUpperTiles(source, tiles, head.size)
  return found
}

async function* readTiles(source: LogSource, size: number) {
  const count = tileCount(0, size)
  for (let start = 0; start < count; start += FETCHES_AT_ONCE) {
    const indexes = Array.from({ length: Math.min(FETCHES_AT_ONCE, count - start) }, (_, at) => start + at)
    yield* await Promise.all(
      indexes.map(async (index) => ({
        entries: await readEntries(source, index, size),
        hashes: await readTile(source, 0, index, size),
      })),
    )
  }
}

/** The failure of entries that do not lead to the signed root: what is wrong with them, as far as anything tells. */
function unsigned(
  found: readonly Hash[],
  tiled: readonly Hash[],
  head: TreeHead,
  known: KnownLog | null,
): RbeeError {
  const areTilesSigned = sameHash(edgeRoot(treeOf(tiled)), head.root)
  const difference = differenceOf(areTilesSigned ? tiled : (known?.leaves ?? []), found)
  if (difference !== null) return differs(difference)
  if (found.length < head.size) return differs({ code: 'log_entry_missing', index: found.length })
  return treeInvalid('The entries do not lead to the signed root')
}

function differs({ code, index }: Difference): RbeeError {
  const details = { index }
  switch (code) {
    case 'log_entry_altered':
      return new RbeeError(code, `Entry ${index} is not the one that is signed`, { details })
    case 'log_entry_missing':
      return new RbeeError(code, `Entry ${index} was taken out`, { details })
    case 'log_entries_reordered':
      return new RbeeError(code, `Entries from ${index} on stand in another order than was signed`, {
        details,
      })
  }
}

/** The tree is signed as it is; this asks whether it begins with the one that was known. */
function assertGrown(found: readonly Hash[], head: TreeHead, known: KnownLog): void {
  if (sameHash(edgeRoot(treeOf(found.slice(0, known.size))), known.root)) return
  const sizes = { older: known.size, newer: head.size }
  const difference = differenceOf(known.leaves, found)
  const details = { ...sizes, ...(difference && { index: difference.index, change: difference.code }) }
  const place = difference === null ? '' : `, which differ from entry ${difference.index} on`
  if (known.size === head.size) {
    throw new RbeeError('log_split_view', `Two logs of ${head.size} entries are signed${place}`, { details })
  }
  throw new RbeeError(
    'log_forked',
    `The log does not begin with the ${known.size} entries it had before${place}`,
    {
      details,
    },
  )
}

/** Level 0 was compared with the entries already. */
async function checkUpperTiles(source: LogSource, tiles: readonly GrownTile[], size: number): Promise<void> {
  for (const { level, index, hashes } of tiles) {
    if (level === 0 || hashes.length !== tileWidth(level, index, size)) continue
    const served = await readTile(source, level, index, size)
    if (served.every((hash, at) => sameHash(hash, hashes[at] ?? new Uint8Array()))) continue
    throw treeInvalid(`${tilePath({ level, index, width: hashes.length })} is not that of the signed tree`)
  }
}

function treeOf(hashes: readonly Hash[]): TreeEdge {
  return extendTree(EMPTY_EDGE, hashes).edge
}

function treeInvalid(message: string): RbeeError {
  return new RbeeError('log_tree_invalid', message)
}

function shrunk(known: TreeHead, head: TreeHead): RbeeError {
  return new RbeeError('log_shrunk', `The log has ${head.size} entries; it had ${known.size} before`, {
    details: { older: known.size, newer: head.size },
  })
}
