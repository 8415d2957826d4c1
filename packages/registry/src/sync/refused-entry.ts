import { RbeeError } from '@rbee/schema'
import type { Blocker, WorkerRecord } from '../ports/database.ts'

/** Why an entry is not taken, and whose change could alter that; null when only the entry itself can. */
export interface Judgement {
  readonly failure: RbeeError
  readonly blocker: Blocker | null
}

/** Runs a check and turns its failure into a judgement; other failures are passed on. */
export function judgedBy(blocker: Blocker | null, check: () => void): Judgement | null {
  try {
    check()
    return null
  } catch (failure) {
    if (!(failure instanceof RbeeError) || failure.status >= 500) throw failure
    return { failure, blocker }
  }
}

/** A worker as it is now, for the sake of which an entry is refused. */
export function blockerOf(record: Pick<WorkerRecord, 'worker' | 'recipe'>): Blocker {
  const { worker, recipe } = record
  return { worker: worker.id, state: blockerState(worker.source, recipe?.catalog, recipe?.hash) }
}

/** What of a worker can decide about entries. The database composes the same text from its rows. */
export function blockerState(
  source: string,
  catalog: string | null | undefined,
  hash: string | null | undefined,
): string {
  return `${source} ${catalog ?? ''} ${hash ?? ''}`
}
