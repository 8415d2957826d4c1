import type { LogEntry, Version, WorkerId } from '@rbee/schema'
import type { ReleaseRow, WorkerEventRow } from './database.ts'

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

/** A remembered event and its number, which grows with every event. */
export interface NumberedEvent {
  readonly id: number
  readonly event: WorkerEventRow
}

/**
 * The rows of the transparency log. Whatever is logged is a row of its own first, stored in one step with its effect, and
 * stays unlogged until {@link appendLog} gives it a place: so nothing that happened is missing, also where a server of a
 * version without a log wrote it.
 */
export interface LogEntries {
  /** Releases without an entry, in the order in which they were published. */
  listUnloggedReleases(limit: number): Promise<ReleaseRow[]>
  /** Events without an entry, in their order. */
  listUnloggedEvents(limit: number): Promise<NumberedEvent[]>
  /**
   * Adds entries at the end, in their order, and remembers that their releases and events are logged. Entries of releases
   * and events that are logged already are passed over. One atomic batch; at most 100, of 2,000,000 bytes together.
   */
  appendLog(entries: readonly NewLogEntry[]): Promise<void>
  /** The place behind the last entry. */
  logSize(): Promise<number>
  /** Entries from place `from` on, in their order. */
  readLog(from: number, limit: number): Promise<LogRow[]>
  /** All entries that concern a worker, in their order. */
  listWorkerLog(worker: WorkerId): Promise<LogRow[]>
  /** Puts entries back at their places; those that are taken already are left alone. Limits as for {@link appendLog}. */
  restoreLog(rows: readonly LogRow[]): Promise<void>
  /** Moves all entries from place `from` on by `places` towards the end, in one step. */
  moveLog(from: number, places: number): Promise<void>
}
