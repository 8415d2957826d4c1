import { RbeeError, type WorkerId } from '@rbee/schema'
import { writeMarkedWorkers, writeWorkerDocuments } from '../documents/index.ts'
import { writeLog } from '../log/write-log.ts'
import type { DueMark } from '../ports/database.ts'
import type { RegistryPorts, WrittenDocuments } from '../registry.ts'
import { signWorkers } from '../signing/sign-workers.ts'

/** Workers whose documents are written together: pages of the list are written once for all of them. */
const BATCH = 500
/**
 * After this long documents that were written are signed, although more are to come: each time costs the bins that they
 * are in, and until then clients that check signatures do not take them.
 */
const UNSIGNED_FOR_MS = 10_000

/**
 * Logs what just happened to a worker, then writes and signs its documents. Fails with `storage_failed` or `signing_failed`; the
 * mark then stays, and `writeDueDocuments` or a repeated call completes the change.
 */
export async function writeChangedWorker(ports: RegistryPorts, worker: WorkerId): Promise<void> {
  // First, so that no document says what the log does not.
  await explainFailure(() => writeLog(ports))
  // Read first: a change that comes while documents are written raises the number, and keeps its mark.
  const revision = (await ports.database.dueRevisions([worker])).get(worker)
  await explainFailure(() => writeWorkerDocuments(ports, worker))
  await signWorkers(ports, [worker])
  if (revision !== undefined) await ports.database.clearDue([{ worker, revision }])
}

/**
 * Writes documents that are older than their rows: all of them, or as many as `operationsPerCall` allows. A worker whose
 * documents cannot be composed keeps its mark and what is served of it, and does not keep others from being written.
 */
export async function writeDueDocuments(ports: RegistryPorts): Promise<WrittenDocuments> {
  const budget = { operations: ports.operationsPerCall ?? Number.POSITIVE_INFINITY }
  let written = 0
  const unwritable = new Set<WorkerId>()
  let last: WorkerId | undefined
  const unsigned: DueMark[] = []
  let signedAt = ports.clock()
  const signWritten = async () => {
    const marks = unsigned.splice(0)
    await signWorkers(
      ports,
      marks.map(({ worker }) => worker),
    )
    await ports.database.clearDue(marks)
    signedAt = ports.clock()
  }
  while (budget.operations > 0) {
    const due = await ports.database.listDue(BATCH, last)
    if (due.length === 0) break
    const outcome = await explainFailure(() => writeMarkedWorkers(ports, due, budget))
    unsigned.push(...outcome.written)
    if (ports.clock() - signedAt >= UNSIGNED_FOR_MS) await signWritten()
    written += outcome.written.length
    for (const failure of outcome.unusable) {
      unwritable.add(failure.worker)
      ports.onUnwritable?.(failure)
    }
    last = due.at(-1)?.worker
  }
  await signWritten()
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
