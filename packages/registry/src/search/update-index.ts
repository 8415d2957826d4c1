import { RbeeError, type WorkerId } from '@rbee/schema'
import { neededNames } from '../dependents/needed-names.ts'
import type { DocumentPorts } from '../documents/document-ports.ts'
import { type MarkedSnapshot, readSnapshots } from '../documents/snapshots.ts'
import type { DueMark } from '../ports/database.ts'
import type { IndexEntry, IndexRemoval } from '../ports/search-index.ts'
import type { WorkerNeeds } from '../ports/worker-needs.ts'
import { composeIndexEntry } from './index-entry.ts'
import { markLookAlikes, misjudged } from './look-alikes.ts'

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
  const updated = await update(ports, workers, prepared)
  const judged = await judgeAnew(ports, workers)
  if (updated || judged) ports.onIndexed?.()
}

/** Puts right who is marked as a look-alike because of the given workers. @returns whether anything changed. */
export async function judgeAnew(ports: DocumentPorts, workers: readonly WorkerId[]): Promise<boolean> {
  let changed = false
  for (const batch of batchesOf(workers)) {
    // A mark makes nobody else's wrong, so that this ends.
    if (await update(ports, await misjudged(ports.database, batch), new Map())) changed = true
  }
  return changed
}

async function update(
  ports: DocumentPorts,
  workers: readonly WorkerId[],
  prepared: ReadonlyMap<WorkerId, MarkedSnapshot>,
): Promise<boolean> {
  let changed = false
  for (const batch of batchesOf(workers)) if (await updateBatch(ports, batch, prepared)) changed = true
  return changed
}

function batchesOf(workers: readonly WorkerId[]): WorkerId[][] {
  return Array.from({ length: Math.ceil(workers.length / BATCH) }, (_, index) =>
    workers.slice(index * BATCH, (index + 1) * BATCH),
  )
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
  const changed = await save(ports, marked, removals)
  // Last, because it goes by the revisions that the index has.
  return (
    (await database.saveNeeds([...[...known, ...snapshots].map(needsOf), ...gone.map(needsNothing)])) ||
    changed
  )
}

function needsOf({ mark, record, composed }: MarkedSnapshot): WorkerNeeds {
  return composed === null ? needsNothing(mark) : { ...mark, needs: neededNames(record, composed) }
}

function needsNothing({ worker, revision }: DueMark): WorkerNeeds {
  return { worker, revision, needs: [] }
}

/** A change does not fail because the index is damaged: that is emptied, and filled again when the server looks after itself. */
async function save(
  { database, clock }: DocumentPorts,
  entries: readonly IndexEntry[],
  removals: readonly IndexRemoval[],
): Promise<boolean> {
  try {
    return await database.saveIndexed(entries, removals, clock())
  } catch (error) {
    if (!(error instanceof RbeeError) || error.code !== 'index_damaged') throw error
    await database.resetIndex()
    return database.saveIndexed(entries, removals, clock())
  }
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
