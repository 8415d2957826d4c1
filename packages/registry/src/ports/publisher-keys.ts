import type { KeyChange, Platform, Sha256, VariantName, Version, WorkerId } from '@rbee/schema'
import type { RegistryEvent } from './log-entries.ts'

/** That an artifact has provenance. The envelope is a document, stored by its SHA-256. */
export interface ProvenanceRow {
  readonly version: Version
  readonly platform: Platform
  readonly variant: VariantName
  readonly sha256: Sha256
  /** Of the envelope, in bytes. */
  readonly size: number
  readonly keyIds: readonly string[]
  /** Milliseconds since the epoch. */
  readonly attachedAt: number
}

/** Provenance that was judged, and what it was judged by: it holds as long as the worker's keys have not changed again. */
export interface JudgedProvenance {
  /** Number of changes of the worker's keys. */
  readonly keyChanges: number
  readonly rows: readonly ProvenanceRow[]
}

/** What the registry asks of a database about publishers' keys. */
export interface PublisherKeys {
  /**
   * Adds a change behind `place` others, remembers the events and marks the worker as due, in one atomic batch.
   *
   * @returns false where the worker has another number of changes, or does not exist: then nothing was stored.
   */
  appendKeyChange(
    worker: WorkerId,
    place: number,
    change: KeyChange,
    events: readonly RegistryEvent[],
  ): Promise<boolean>
  /**
   * Gives artifacts of a release their provenance and marks the worker as due, in one atomic batch. Artifacts that have
   * some keep it.
   *
   * @returns false where the worker's keys have changed meanwhile: then nothing was stored.
   */
  attachProvenance(worker: WorkerId, judged: JudgedProvenance): Promise<boolean>
  /** Puts back what was lost; what is there already is left alone. Comes before the worker itself is put back. */
  restoreKeys(
    worker: WorkerId,
    changes: readonly KeyChange[],
    provenance: readonly ProvenanceRow[],
  ): Promise<void>
}
