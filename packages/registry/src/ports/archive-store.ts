import type { Sha256 } from '@rbee/schema'

/** Both ends inclusive, in bytes. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

export interface OpenedArchive {
  readonly body: ReadableStream<Uint8Array>
  /** Size of the whole archive, in bytes, whatever the range. */
  readonly size: number
}

/** One received part, as the store must be told of it again when the parts are put together. */
export interface PartReceipt {
  readonly part: number
  readonly receipt: string
}

/**
 * Large immutable files under the SHA-256 of their bytes, and the place where they are put together from parts before
 * they are believed. Implemented by files, R2 and memory; all pass the suite `archiveStoreContract` of `@rbee/testing`.
 *
 * Every part but the last has exactly `UPLOAD_PART_BYTES` bytes. A part may be sent again; the last one counts.
 * Calls on a staging place that does not exist fail with `upload_not_found`.
 */
export interface ArchiveStore {
  /** Size in bytes, or null when it is not stored. */
  size(sha256: Sha256): Promise<number | null>
  /** A range is cut at the end of the archive; one that starts behind it fails with `range_not_satisfiable`. */
  open(sha256: Sha256, range?: ByteRange): Promise<OpenedArchive | null>

  /** Opens a staging place for an archive of `size` bytes and returns its name. */
  stage(size: number): Promise<string>
  /**
   * Stores part `part` (from 1) of exactly `size` bytes. A body that is shorter or longer fails with `size_mismatch`,
   * a part that the archive does not have with `part_invalid`.
   */
  writePart(staging: string, part: number, body: ReadableStream<Uint8Array>, size: number): Promise<string>
  /**
   * Puts the parts together; doing it again is harmless. Fails with `upload_incomplete` when one is missing. A part
   * that is still being received changes nothing any more.
   */
  assemble(staging: string, parts: readonly PartReceipt[]): Promise<void>
  /** The assembled bytes, not yet checked; fails with `upload_not_found` before they are assembled. */
  openStaged(staging: string): Promise<ReadableStream<Uint8Array>>
  /**
   * Makes the assembled bytes the archive `sha256`, in one step, after checking that they have that digest and size;
   * fails with `digest_mismatch` or `size_mismatch` and stores nothing otherwise. Ends the staging place.
   */
  promote(staging: string, sha256: Sha256, size: number): Promise<void>
  /** Ends a staging place and frees its bytes; one that does not exist is no error. */
  discard(staging: string): Promise<void>

  /** All stored archives, in no particular order. */
  list(): AsyncIterable<Sha256>
  delete(sha256: Sha256): Promise<void>
}
