import { Buffer } from 'node:buffer'
import type { NewLogEntry } from '../ports/log-entries.ts'
import { eventEntry, publishEntry, registryEntry } from './log-entry.ts'
import type { LogPorts } from './log-ports.ts'

/** Most entries of one batch, and what they may be together as JSON: below D1's largest value of 2,000,000 bytes. */
const BATCH_ENTRIES = 100
const BATCH_BYTES = 1_500_000
/** Batches of one call where the runtime limits it. */
const BATCHES_PER_CALL = 10

/**
 * Gives what has none yet a place in the log: what staff did first, because a token is made before it publishes, and releases before
 * events, so that no event stands before the release that it is about.
 */
export async function appendUnlogged({
  database,
  operationsPerCall,
}: Pick<LogPorts, 'database' | 'operationsPerCall'>): Promise<void> {
  let batches = operationsPerCall === undefined ? Number.POSITIVE_INFINITY : BATCHES_PER_CALL
  for (; batches > 0; batches -= 1) {
    const events = await database.listUnloggedRegistryEvents(BATCH_ENTRIES)
    if (events.length === 0) break
    for (const batch of inBatches(events.map(registryEntry))) await database.appendLog(batch)
  }
  for (; batches > 0; batches -= 1) {
    const releases = await database.listUnloggedReleases(BATCH_ENTRIES)
    if (releases.length === 0) break
    for (const batch of inBatches(releases.map(publishEntry))) await database.appendLog(batch)
  }
  for (; batches > 0; batches -= 1) {
    const events = await database.listUnloggedEvents(BATCH_ENTRIES)
    if (events.length === 0) break
    for (const batch of inBatches(events.map(eventEntry))) await database.appendLog(batch)
  }
}

/** Entries in their order, as many together as the database takes at once. */
export function* inBatches<Entry extends Pick<NewLogEntry, 'body'>>(
  entries: readonly Entry[],
): Generator<Entry[]> {
  let batch: Entry[] = []
  let bytes = 0
  for (const entry of entries) {
    const size = Buffer.byteLength(JSON.stringify(entry))
    if (batch.length > 0 && (batch.length === BATCH_ENTRIES || bytes + size > BATCH_BYTES)) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(entry)
    bytes += size
  }
  if (batch.length > 0) yield batch
}
