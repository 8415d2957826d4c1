import type { WorkerId } from '@rbee/schema'
import type { DocumentPorts } from '../documents/document-ports.ts'
import { type MarkedSnapshot, readSnapshots } from '../documents/snapshots.ts'
import type { DueMark } from '../ports/database.ts'
import type { IndexEntry, IndexRemoval } from '../ports/search-index.ts'
import { composeIndexEntry } from './index-entry.ts'
import { markLookAlikes, overshadowed } from './look-alikes.ts'

/** Workers of one batch: their texts stay far below D1's largest value. */
const BATCH = 25

/**
 * Brings the index of search in line with the rows of workers. Runs before the marks of their documents are cleared, so that
 * what is interrupted is done again.
 *
 * @param prepared what was composed from rows that were read after the mark that stands with it.
 */
export async function updateIndex(
  ports: DocumentPorts,
  workers: readonly WorkerId[],
  prepared: ReadonlyMap<WorkerId, MarkedSnapshot> = new Map(),
): Promise<void> {
  let changed = false
  for (let start = 0; start < workers.length; start += BATCH) {
    if (await updateBatch(ports, workers.slice(start, start + BATCH), prepared)) changed = true
  }
  if (changed) ports.onIndexed?.()
}

async function updateBatch(
  ports: DocumentPorts,
  workers: readonly WorkerId[],
  prepared: ReadonlyMap<WorkerId, MarkedSnapshot>,
): Promise<boolean> {
  const { database } = ports
  const unread = workers.filter((worker) => !prepared.has(worker))
  const { snapshots, gone } = await readRows(ports, unread)
  const entries: IndexEntry[] = []
  const removals: IndexRemoval[] = [...gone]
  const known = workers.flatMap((worker) => prepared.get(worker) ?? [])
  for (const { mark, record, composed } of [...known, ...snapshots]) {
    if (composed === null) removals.push(mark)
    else entries.push(composeIndexEntry(record, composed, mark.revision))
  }
  const marked = await markLookAlikes(database, entries)
  const others = await overshadowed(database, entries)
  const changed = await database.saveIndexed(marked, removals, ports.clock())
  if (others.length === 0) return changed
  await updateIndex(ports, others)
  return true
}

/** What is served of workers whose rows are damaged stays as it is, and so do they here. */
async function readRows({ database }: DocumentPorts, workers: readonly WorkerId[]) {
  if (workers.length === 0) return { snapshots: [], gone: [] }
  // Before the rows: what is read is at least as new as this number says.
  const revision = await database.readChangeNumber()
  const marks = workers.map((worker): DueMark => ({ worker, revision }))
  const { snapshots, unusable } = await readSnapshots(database, marks)
  const found = new Set([
    ...snapshots.map(({ mark }) => mark.worker),
    ...unusable.map(({ worker }) => worker),
  ])
  return { snapshots, gone: marks.filter(({ worker }) => !found.has(worker)) }
}
