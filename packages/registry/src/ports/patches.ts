import type { Digest, Platform, Sha256, VariantName, Version, WorkerId } from '@rbee/schema'

/** From which archive a patch makes which artifact. */
export interface PatchName {
  readonly id: WorkerId
  readonly version: Version
  readonly platform: Platform
  readonly variant: VariantName
  /** Of the earlier release's uncompressed tar. */
  readonly from: Digest
}

/** A patch of an artifact. Its bytes are stored beside the archives. */
export interface PatchRow {
  readonly version: Version
  readonly platform: Platform
  readonly variant: VariantName
  /** Of the earlier release's uncompressed tar. */
  readonly fromDigest: Digest
  readonly fromVersion: Version
  readonly format: string
  /** In bytes. */
  readonly size: number
  readonly sha256: Sha256
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** What the registry asks of a database about patches. */
export interface Patches {
  /**
   * Adds a patch, or puts it in the place of the one from the same archive, and marks the worker as due, in one atomic batch.
   *
   * @param limit how many patches an artifact may have.
   * @returns whether there was room for it.
   */
  savePatch(worker: WorkerId, patch: PatchRow, limit: number): Promise<boolean>
  /** Puts back what was lost; what is there already is left alone. */
  restorePatches(worker: WorkerId, rows: readonly PatchRow[]): Promise<void>
}
