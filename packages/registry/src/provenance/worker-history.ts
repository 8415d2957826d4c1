import { type KeyHistory, readHistory } from '@rbee/provenance'
import { RbeeError } from '@rbee/schema'
import type { WorkerRecord } from '../ports/database.ts'

/**
 * The history of a worker's keys. What is stored was checked before it was: one that does not hold was changed by somebody
 * else, and then nothing is published and no document written.
 */
export function historyOf({
  worker,
  keyChanges = [],
}: Pick<WorkerRecord, 'worker' | 'keyChanges'>): KeyHistory {
  try {
    return readHistory(worker.id, keyChanges)
  } catch (cause) {
    if (!(cause instanceof RbeeError)) throw cause
    throw new Error(`the stored history of the keys of ${worker.id} does not hold`, { cause })
  }
}
