import type { LogEntry, Version, WorkerId } from '@rbee/schema'

/** An entry on its way into the log. */
export interface NewLogEntry {
  readonly kind: LogEntry['kind']
  readonly worker: WorkerId | null
  readonly version: Version | null
  /** Number of the remembered event that it tells of; null where its event is no row of that table. */
  readonly event: number | null
  /** Canonical JSON of the entry: the bytes that are hashed. */
  readonly body: string
}

/** An entry with its place. */
export interface LogRow extends Omit<NewLogEntry, 'event' | 'kind'> {
  /** From 0, without gaps once the rows of a lost database are put back. */
  readonly sequence: number
  readonly kind: string
}
