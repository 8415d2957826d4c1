import { RbeeError, type WorkerId } from '@rbee/schema'
import { writeWorkerDocuments, writeWorkerDocumentsOf } from '../documents/index.ts'
import type { RegistryPorts } from '../registry.ts'

/** Workers whose documents are written together: list pages are written once for all of them. */
const BATCH = 500
/** How far the mark of one worker is looked for. Behind a longer queue it stays, and is taken away by the next replay. */
const MARK_WINDOW = 100

/**
 * Writes the documents of a worker whose rows just changed. Fails with `storage_failed`; the mark then stays, and
 * `writeDueDocuments` or a repeated call completes the change.
 */
export async function writeChangedWorker(ports: RegistryPorts, worker: WorkerId): Promise<void> {
  // Read first: a change that comes while documents are written raises the number, and keeps its mark.
  const marks = await ports.database.listDue(MARK_WINDOW)
  await explainFailure(() => writeWorkerDocuments(ports, worker))
  const mark = marks.find((due) => due.worker === worker)
  if (mark) await ports.database.clearDue(worker, mark.revision)
}

/** Writes all documents that are older than their rows. @returns the number of workers written. */
export async function writeDueDocuments(ports: RegistryPorts): Promise<number> {
  let written = 0
  for (;;) {
    const due = await ports.database.listDue(BATCH)
    if (due.length === 0) return written
    const workers = due.map(({ worker }) => worker)
    await explainFailure(() => writeWorkerDocumentsOf(ports, workers))
    for (const { worker, revision } of due) await ports.database.clearDue(worker, revision)
    written += due.length
  }
}

/** Gives the failure of a document store its code. */
export async function explainFailure(write: () => Promise<void>): Promise<void> {
  try {
    await write()
  } catch (cause) {
    throw new RbeeError('storage_failed', 'The change is recorded, but its documents could not be written', {
      next: 'Try again; the server also completes it by itself',
      cause,
    })
  }
}
