import { RbeeError, versionSchema, workerIdSchema } from '@rbee/schema'
import { parseBundle, TILE_WIDTH, tileWidth } from '@rbee/transparency-log'
import { z } from 'zod'
import { readJson, textBytes } from '../documents/json-bytes.ts'
import type { LogRow } from '../ports/log-entries.ts'
import { inBatches } from './append-unlogged.ts'
import type { LogPorts } from './log-ports.ts'
import { readPublished, sameBytes } from './published-log.ts'

/** Requests to the database for each bundle of entries, at most. */
const OPERATIONS_PER_BUNDLE = 8

/**
 * Puts rows of the log back that a lost or older database lacks, from the entries that are served. What it logged
 * meanwhile in their places is moved behind them: what was signed once stays as it was signed.
 *
 * @returns whether all are there; else another call goes on, where `operationsPerCall` ended this one. Fails with
 * `state_damaged` where entries are missing on both sides.
 */
export async function restoreLog(ports: LogPorts): Promise<boolean> {
  if (ports.logSigner === undefined) return true
  const { size } = await readPublished(ports, ports.logSigner)
  const from = await firstLost(ports, size)
  if (from === size) return true
  const [stray] = await ports.database.readLog(from, 1)
  if (stray !== undefined && stray.sequence < size) await ports.database.moveLog(from, size - from)
  const first = Math.floor(from / TILE_WIDTH)
  const most = Math.floor((ports.operationsPerCall ?? Number.POSITIVE_INFINITY) / OPERATIONS_PER_BUNDLE)
  const end = Math.min(Math.ceil(size / TILE_WIDTH), first + most)
  for (let index = first; index < end; index += 1) {
    for (const batch of inBatches(await servedRows(ports, index, size)))
      await ports.database.restoreLog(batch)
  }
  return end * TILE_WIDTH >= size
}

/** The first place whose row is not the entry that is served; `size` where there is none. All before it are alike. */
async function firstLost(ports: LogPorts, size: number): Promise<number> {
  if (size === 0 || (await isAlike(ports, size - 1, size))) return size
  let alike = 0
  let unlike = size - 1
  while (alike < unlike) {
    const middle = Math.floor((alike + unlike) / 2)
    if (await isAlike(ports, middle, size)) alike = middle + 1
    else unlike = middle
  }
  return alike
}

async function isAlike(ports: LogPorts, place: number, size: number): Promise<boolean> {
  const [row] = await ports.database.readLog(place, 1)
  if (row?.sequence !== place) return false
  const served = (await servedEntries(ports, Math.floor(place / TILE_WIDTH), size))[place % TILE_WIDTH]
  return served === undefined || sameBytes(served, textBytes(row.body))
}

const entrySchema = z.object({
  kind: z.string(),
  worker: workerIdSchema.nullish(),
  version: versionSchema.nullish(),
})

async function servedRows(ports: LogPorts, index: number, size: number): Promise<LogRow[]> {
  const entries = await servedEntries(ports, index, size)
  if (entries.length < tileWidth(0, index, size)) {
    throw new RbeeError('state_damaged', 'Entries of the transparency log are lost', {
      next: 'Restore the data folder from a backup with rbee-catalog restore',
      details: { from: index * TILE_WIDTH + entries.length },
    })
  }
  return entries.map((entry, at) => {
    const { kind, worker = null, version = null } = entrySchema.parse(readJson(entry))
    const body = new TextDecoder().decode(entry)
    return { sequence: index * TILE_WIDTH + at, kind, worker, version, body }
  })
}

async function servedEntries({ documents }: LogPorts, index: number, size: number): Promise<Uint8Array[]> {
  const width = tileWidth(0, index, size)
  const stored = await documents.get({ kind: 'log-tile', level: 'entries', index, width })
  return stored === null ? [] : parseBundle(stored.body, width)
}
