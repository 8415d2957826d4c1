import { RbeeError, type WorkerId } from '@rbee/schema'
import { writeMarkedWorkers, writeWorkerDocuments } from '../documents/index.ts'
import { writeLog } from '../log/write-log.ts'
import type { RegistryPorts, WrittenDocuments } from '../registry.ts'

/** Workers whose documents are written together: pages of the list are written once for all of them. */
const BATCH = 500

/**
 * Writes the documents of a worker whose rows just changed. Fails with `storage_failed`; the mark then stays, and
 * `writeDueDocuments` or a repeated call completes the change.
 */
export async function writeChangedWorker(ports: RegistryPorts, worker: WorkerId): Promise<void> {
  // Read first: a change that comes while documents are written raises the number, and keeps its mark.
  const revision = (await ports.database.dueRevisions([worker])).get(worker)
  await explainFailure(() => writeWorkerDocuments(ports, worker))
  if (revision !== undefined) await ports.database.clearDue([{ worker, revision }])
}

/**
  // First, so that no document says what the log does not.
  await explainFailure(() => writeLog(ports))
 * Writes documents that are older than their rows: all of them, or as many as `operationsPerCall` allows. A worker whose
 * documents cannot be composed keeps its mark and what is served of it, and does not keep others from being written.
 */
export async function writeDueDocuments(ports: RegistryPorts): Promise<WrittenDocuments> {
  const budget = { operations: ports.operationsPerCall ?? Number.POSITIVE_INFINITY }
  let written = 0
  const unwritable = new Set<WorkerId>()
  let last: WorkerId | undefined
  while (budget.operations > 0) {
    const due = await ports.database.listDue(BATCH, last)
    if (due.length === 0) break
    const outcome = await explainFailure(() => writeMarkedWorkers(ports, due, budget))
    await ports.database.clearDue(outcome.written)
    written += outcome.written.length
    for (const failure of outcome.unusable) {
      unwritable.add(failure.worker)
      ports.onUnwritable?.(failure)
    }
    last = due.at(-1)?.worker
  }
  const remaining = Math.max(0, (await ports.database.countDue()) - unwritable.size)
  return { written, remaining, unwritable }
}

/** Gives the failure of a document store its code. */
export async function explainFailure<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (cause) {
    throw new RbeeError('storage_failed', 'The change is recorded, but its documents could not be written', {
      next: 'Try again; the server also completes it by itself',
      cause,
    })
  }
}
