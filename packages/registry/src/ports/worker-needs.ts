import type { NeedKind, WorkerId } from '@rbee/schema'

/** A name that a worker needs something by. */
export interface NeededName {
  readonly name: string
  readonly kind: NeedKind
}

/** All that one worker needs. */
export interface WorkerNeeds {
  readonly worker: WorkerId
  /** The mark of its documents that this is at least as new as. */
  readonly revision: number
  readonly needs: readonly NeededName[]
}

export interface DependentRow {
  readonly worker: WorkerId
  readonly kinds: readonly NeedKind[]
}

/** The part of the database that knows what workers need. */
export interface NeededNames {
  /** Replaces what is known of each, unless newer is. @returns whether anything changed. */
  saveNeeds(workers: readonly WorkerNeeds[]): Promise<boolean>
  /**
   * Workers other than itself that need something by a name of this worker, sorted by id, and how many there are.
   *
   * @param after the last of the page before.
   */
  listDependents(
    worker: WorkerId,
    limit: number,
    after: WorkerId | null,
  ): Promise<{ dependents: DependentRow[]; total: number }>
}
