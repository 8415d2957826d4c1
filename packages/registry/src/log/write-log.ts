import { RbeeError, type WorkerId, type WorkerLog, workerIdSchema } from '@rbee/schema'
import {
  bundleBytes,
  EMPTY_EDGE,
  EMPTY_ROOT,
  edgeRoot,
  extendTree,
  type NoteSigner,
  sameHash,
  signCheckpoint,
  TILE_WIDTH,
  type TreeEdge,
  tileBytes,
  tileWidth,
} from '@rbee/transparency-log'
import { inGroups } from '../documents/in-groups.ts'
import { jsonBytes, textBytes } from '../documents/json-bytes.ts'
import { settleDocuments } from '../documents/settle.ts'
import { inTurnOf } from '../documents/write-workers.ts'
import type { LogRow } from '../ports/log-entries.ts'
import { appendUnlogged } from './append-unlogged.ts'
import type { LogPorts } from './log-ports.ts'
import { discardPartialTiles } from './partial-tiles.ts'
import { endsWith, leafOf, type PublishedLog, readEdge, readPublished, treeOfRows } from './published-log.ts'
import { restoreLog } from './restore-log.ts'

/** Entries after which what was written is signed, so that an interruption costs no more than them. */
const ENTRIES_AT_ONCE = 4 * TILE_WIDTH
/** Requests to the stores for each entry: the log of its worker is read and written. */
const OPERATIONS_PER_ENTRY = 5
const REQUESTS_AT_ONCE = 16
/** Far more than writers of other processes can get into each other's way. */
const MAX_CONTESTS = 50

/**
 * Gives everything that happened its place in the log and shows it: tiles first, the signed tree head last, so that who
 * reads it finds all that it covers. Whatever interrupts it, the next call goes on, and two calls at once write the same
 * bytes, because places are given by the database. With `operationsPerCall` a call may leave some to the next.
 *
 * Without a signer entries get their places, and nothing is shown. Fails with `setting_invalid` where the log was begun
 * with another key, and with `state_damaged` where rows are no longer those that were signed.
 */
export async function writeLog(ports: LogPorts): Promise<void> {
  const { logSigner } = ports
  await inTurnOf(ports)('log', async () => {
    // What was signed keeps its places: nothing may take them before they are back.
    if (logSigner !== undefined && !(await keepsSigned(ports, logSigner))) return
    await appendUnlogged(ports)
    if (logSigner === undefined) return
    let contests = 0
    while (contests < MAX_CONTESTS) {
      const outcome = await showMore(ports, logSigner)
      if (outcome === 'done' || (outcome === 'shown' && ports.operationsPerCall !== undefined)) return
      if (outcome === 'contested') contests += 1
    }
    throw new Error('The log kept growing while it was written')
  })
}

/** @returns whether the rows reach as far as what is signed, after putting back those that a database lost. */
async function keepsSigned(ports: LogPorts, signer: NoteSigner): Promise<boolean> {
  const { size } = await readPublished(ports, signer)
  return (await ports.database.logSize()) >= size || restoreLog(ports)
}

/** @returns `contested` when another writer signed meanwhile: nothing of it is lost, as both write the same tiles. */
async function showMore(
  ports: LogPorts,
  signer: NoteSigner,
): Promise<'done' | 'begun' | 'shown' | 'contested'> {
  const published = await readPublished(ports, signer)
  if (published.checkpoint === null) return beginLog(ports, signer)
  if ((await ports.database.logSize()) === published.size) return 'done'
  const edge = await usableEdge(ports, published)
  const rows = await readNext(ports, published.size)
  if (rows.length === 0) return 'done'
  const grown = await writeTiles(ports, edge, rows)
  await writeWorkerLogs(ports, rows)
  const head = { size: grown.size, root: edgeRoot(grown) }
  const note = textBytes(signCheckpoint(head, signer))
  const { etag } = published
  if ((await ports.documents.put({ kind: 'log-checkpoint' }, note, { etag })) === null) return 'contested'
  await discardPartialTiles(ports, published.size, grown.size)
  return 'shown'
}

/** An empty log is signed as well, so that its key and its beginning are known before anything happens. */
async function beginLog(ports: LogPorts, signer: NoteSigner): Promise<'begun' | 'contested'> {
  await ports.documents.put({ kind: 'log-key' }, textBytes(`${signer.verifier.text}\n`))
  const note = textBytes(signCheckpoint({ size: 0, root: EMPTY_ROOT }, signer))
  const tag = await ports.documents.put({ kind: 'log-checkpoint' }, note, { etag: null })
  return tag === null ? 'contested' : 'begun'
}

/** The end of the published tree, after making sure that the rows are those of the tree and that its tiles are there. */
async function usableEdge(ports: LogPorts, published: PublishedLog): Promise<TreeEdge> {
  const read = await readEdge(ports, published)
  if (read !== null && (await endsWith(ports, published, read))) return read
  await restoreLog(ports)
  const edge = await treeOfRows(ports, published.size)
  const { checkpoint } = published
  if (edge.size !== published.size || !checkpoint || !sameHash(edgeRoot(edge), checkpoint.root)) {
    throw new RbeeError('state_damaged', 'The rows of the transparency log are not those that were signed', {
      next: 'Restore the data folder from a backup with rbee-catalog restore',
      details: { signed: published.size, found: edge.size },
    })
  }
  if (read === null) await writeTilesAnew(ports, published.size)
  return edge
}

/** Tiles of a tree that is signed already, after they were lost. */
async function writeTilesAnew(ports: LogPorts, size: number): Promise<void> {
  let edge: TreeEdge = EMPTY_EDGE
  while (edge.size < size) {
    const limit = Math.min(ENTRIES_AT_ONCE, size - edge.size)
    edge = await writeTiles(ports, edge, await ports.database.readLog(edge.size, limit))
  }
}

/** As far as possible up to the end of a tile, so that few tiles are written that are soon replaced. */
function readNext({ database, operationsPerCall }: LogPorts, size: number): Promise<LogRow[]> {
  const most = Math.min(ENTRIES_AT_ONCE, Math.floor((operationsPerCall ?? Infinity) / OPERATIONS_PER_ENTRY))
  const limit = most >= TILE_WIDTH ? most - (size % TILE_WIDTH) : most
  return database.readLog(size, limit)
}

/** Writes what a tree has more than the one that ends at `edge`. @returns its own end. */
async function writeTiles(ports: LogPorts, edge: TreeEdge, rows: readonly LogRow[]): Promise<TreeEdge> {
  if (rows.some(({ sequence }, at) => sequence !== edge.size + at))
    throw new Error('Places of the log are missing')
  await writeBundles(ports, edge.size, rows)
  const grown = extendTree(edge, rows.map(leafOf))
  await inGroups(grown.tiles, REQUESTS_AT_ONCE, ({ level, index, hashes }) =>
    ports.documents.put({ kind: 'log-tile', level, index, width: hashes.length }, tileBytes(hashes)),
  )
  return grown.edge
}

/** The entries themselves, in bundles as large as tiles; the first goes on where an earlier one ended. */
async function writeBundles(ports: LogPorts, size: number, rows: readonly LogRow[]): Promise<void> {
  const begun = size % TILE_WIDTH
  const earlier = begun === 0 ? [] : await ports.database.readLog(size - begun, begun)
  const entries = [...earlier, ...rows].map(({ body }) => textBytes(body))
  const first = (size - begun) / TILE_WIDTH
  const end = size + rows.length
  const count = Math.ceil(entries.length / TILE_WIDTH)
  const bundles = Array.from({ length: count }, (_, at) => ({
    index: first + at,
    bytes: bundleBytes(entries.slice(at * TILE_WIDTH, (at + 1) * TILE_WIDTH)),
  }))
  await inGroups(bundles, REQUESTS_AT_ONCE, ({ index, bytes }) =>
    ports.documents.put(
      { kind: 'log-tile', level: 'entries', index, width: tileWidth(0, index, end) },
      bytes,
    ),
  )
}

/** For each worker, where its entries stand. May name some that are not signed yet. */
async function writeWorkerLogs(ports: LogPorts, rows: readonly LogRow[]): Promise<void> {
  const workers = new Set(rows.flatMap(({ worker }) => (worker === null ? [] : [worker])))
  await inGroups([...workers], REQUESTS_AT_ONCE, (id) =>
    settleDocuments(ports.documents, async () => [
      {
        key: { kind: 'worker-log', id },
        body: jsonBytes(workerLog(id, await ports.database.listWorkerLog(id))),
      },
    ]),
  )
}

function workerLog(worker: WorkerId, rows: readonly LogRow[]): WorkerLog {
  return {
    worker: workerIdSchema.parse(worker),
    entries: rows.map(({ sequence, kind, version, body }) => ({
      index: sequence,
      kind,
      version,
      entry: body,
    })),
  }
}
