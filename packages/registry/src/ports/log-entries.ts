import type { LogEntry, Version, WorkerId } from '@rbee/schema'

/** An entry on its way into the log. */
export interface NewLogEntry {
  readonly kind: LogEntry['kind']
  readonly worker: WorkerId | null
  readonly version: Version | null
  /** Number of the remembered event that it tells of; null where its event is no row of that table. */
  readonly event: number | null
  /** Number of the event of the registry that it tells of. */
  readonly registryEvent?: number
  /** Canonical JSON of the entry: the bytes that are hashed. */
  readonly body: string
}

/** An entry with its place. */
export interface LogRow extends Omit<NewLogEntry, 'event' | 'registryEvent' | 'kind'> {
  /** From 0, without gaps once the rows of a lost database are put back. */
  readonly sequence: number
  readonly kind: string
}

/** What staff did, or a change of the registry's own keys: an event that is told of in the log and changes no worker's rows. */
export interface RegistryEvent {
  /** Keeps the same from being told twice; null for what may happen again. */
  readonly name: string | null
  /** Canonical JSON of its entry. */
  readonly body: string
}
