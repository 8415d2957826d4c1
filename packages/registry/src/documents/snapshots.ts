import { RbeeError, type WorkerId } from '@rbee/schema'
import { ZodError } from 'zod'
import type { Database, DueMark, WorkerRecord } from '../ports/database.ts'
import { type ComposedWorker, composeWorker } from './compose-worker.ts'

/** The rows of a worker as they were read, and what was composed from them; null when it is not to be seen. */
export interface WorkerSnapshot {
  readonly record: WorkerRecord
  readonly composed: ComposedWorker | null
}

/** A snapshot with the mark that was read before its rows. */
export interface MarkedSnapshot extends WorkerSnapshot {
  readonly mark: DueMark
}

/** The rows of a worker are damaged, or no documents can be composed from them. What is served of it stays. */
export class RowsUnusable extends Error {
  readonly worker: WorkerId

  constructor(worker: WorkerId, cause: unknown) {
    super(`The documents of ${worker} cannot be composed from its rows`, { cause })
    this.name = 'RowsUnusable'
    this.worker = worker
  }
}

/** Null for a worker that does not exist; fails with {@link RowsUnusable}. */
export async function readSnapshot(
  database: Pick<Database, 'getWorker'>,
  id: WorkerId,
): Promise<WorkerSnapshot | null> {
  const record = await usable(id, () => database.getWorker(id))
  return record && composeSnapshot(record)
}

/** The snapshots of workers that exist, in the order of their marks, and the failures of those that are not usable. */
export async function readSnapshots(
  database: Pick<Database, 'getWorker' | 'getWorkers'>,
  marks: readonly DueMark[],
): Promise<{ snapshots: MarkedSnapshot[]; unusable: RowsUnusable[] }> {
  const snapshots: MarkedSnapshot[] = []
  const unusable: RowsUnusable[] = []
  const records = await readTogether(
    database,
    marks.map(({ worker }) => worker),
  )
  for (const mark of marks) {
    const { worker } = mark
    try {
      const record = records?.get(worker)
      const snapshot =
        records === null ? await readSnapshot(database, worker) : record && composeSnapshot(record)
      if (snapshot) snapshots.push({ ...snapshot, mark })
    } catch (failure) {
      if (!(failure instanceof RowsUnusable)) throw failure
      unusable.push(failure)
    }
  }
  return { snapshots, unusable }
}

/** Null when the rows of one of them are damaged, so that each has to be read by itself. */
async function readTogether(
  database: Pick<Database, 'getWorkers'>,
  ids: readonly WorkerId[],
): Promise<Map<WorkerId, WorkerRecord> | null> {
  try {
    return await database.getWorkers(ids)
  } catch (error) {
    if (isDamage(error)) return null
    throw error
  }
}

async function usable<T>(worker: WorkerId, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    throw isDamage(error) ? new RowsUnusable(worker, error) : error
  }
}

/** A stored text that is no JSON, or JSON of another shape. Whatever else fails is the database itself. */
function isDamage(error: unknown): boolean {
  return error instanceof ZodError || error instanceof SyntaxError
}

function composeSnapshot(record: WorkerRecord): WorkerSnapshot {
  try {
    return { record, composed: composeWorker(record) }
  } catch (error) {
    throw error instanceof RbeeError ? error : new RowsUnusable(record.worker.id, error)
  }
}
