import { Buffer } from 'node:buffer'
import { RbeeError } from '@rbee/schema'
import {
  type Checkpoint,
  EMPTY_EDGE,
  edgeRoot,
  extendTree,
  type Hash,
  leafHash,
  type NoteSigner,
  openCheckpoint,
  parseTile,
  sameHash,
  TILE_WIDTH,
  type TileKey,
  type TreeEdge,
  tileWidth,
} from '@rbee/transparency-log'
import { textBytes } from '../documents/json-bytes.ts'
import type { LogRow } from '../ports/log-entries.ts'
import type { LogPorts } from './log-ports.ts'

type Stores = Pick<LogPorts, 'documents' | 'database'>

/** The log as it is signed and served, with its tag for the next writer; size 0 and no tag before it first is. */
export interface PublishedLog {
  readonly checkpoint: Checkpoint | null
  readonly etag: string | null
  readonly size: number
}

/**
 * Fails with `setting_invalid` where another key signed it: a log that continued under a new key would be another log for
 * everybody who knows the old one.
 */
export async function readPublished(ports: Stores, signer: NoteSigner): Promise<PublishedLog> {
  const stored = await ports.documents.get({ kind: 'log-checkpoint' })
  if (stored === null) return { checkpoint: null, etag: null, size: 0 }
  try {
    const checkpoint = openCheckpoint(stored.body, signer.verifier)
    return { checkpoint, etag: stored.etag, size: checkpoint.size }
  } catch (cause) {
    if (!(cause instanceof RbeeError) || cause.code !== 'log_signature_invalid') throw cause
    throw new RbeeError('setting_invalid', 'The transparency log was begun with another key', {
      next: 'Put the key back with which it was begun, from a backup of the data folder or the secret RBEE_LOG_KEY',
      cause,
    })
  }
}

/**
 * What a published tree ends with, read from its tiles. Null where they are not there or are not those that are signed,
 * as after a power failure: then they have to be written again.
 */
export async function readEdge(ports: Stores, { checkpoint, size }: PublishedLog): Promise<TreeEdge | null> {
  if (checkpoint === null) return EMPTY_EDGE
  const unfinished: Hash[][] = []
  for (let level = 0; size >= TILE_WIDTH ** level; level += 1) {
    const index = Math.floor(size / TILE_WIDTH ** (level + 1))
    const width = tileWidth(level, index, size)
    const hashes = width === 0 ? [] : await readTile(ports, { level, index, width })
    if (hashes === null) return null
    unfinished.push(hashes)
  }
  const edge = { size, unfinished }
  return sameHash(edgeRoot(edge), checkpoint.root) ? edge : null
}

/** Whether the rows before `size` are those that are published, judged by the last of them, whose tile is at the edge. */
export async function endsWith(ports: Stores, { size }: PublishedLog, edge: TreeEdge): Promise<boolean> {
  if (size === 0) return true
  const [row] = await ports.database.readLog(size - 1, 1)
  const last = edge.unfinished[0]?.at(-1) ?? (await lastOfFullTile(ports, size))
  return row?.sequence === size - 1 && last !== undefined && sameHash(leafOf(row), last)
}

/** The tree of the first `size` rows. */
export async function treeOfRows(ports: Stores, size: number): Promise<TreeEdge> {
  let edge: TreeEdge = EMPTY_EDGE
  while (edge.size < size) {
    const rows = await ports.database.readLog(edge.size, Math.min(TILE_WIDTH, size - edge.size))
    if (rows[0]?.sequence !== edge.size) break
    edge = extendTree(edge, rows.map(leafOf)).edge
  }
  return edge
}

export function leafOf({ body }: Pick<LogRow, 'body'>): Hash {
  return leafHash(textBytes(body))
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}

async function lastOfFullTile(ports: Stores, size: number): Promise<Hash | undefined> {
  return (await readTile(ports, { level: 0, index: size / TILE_WIDTH - 1, width: TILE_WIDTH }))?.at(-1)
}

async function readTile({ documents }: Stores, tile: TileKey): Promise<Hash[] | null> {
  const stored = await documents.get({ kind: 'log-tile', ...tile })
  if (stored === null) return null
  try {
    return parseTile(stored.body, tile.width)
  } catch (error) {
    if (error instanceof RbeeError && error.code === 'log_invalid') return null
    throw error
  }
}
