import type { Sha256 } from '@rbee/schema'

/** SHA-256 of bytes that arrive in chunks. */
export interface StreamDigest {
  /**
   * Takes the next chunk over: it is not valid any more for the caller, and its memory is given back with the last part of
   * its buffer. Returns when the next chunk may come.
   */
  take(chunk: Uint8Array): Promise<void>
  /** @returns the digest of everything that was taken. */
  finish(): Promise<Sha256>
  /** Ends what is still going on; after a failure, too. */
  close(): Promise<void>
}
