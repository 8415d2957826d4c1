import { createHash } from 'node:crypto'
import { type Sha256, sha256Schema } from '@rbee/schema'
import { digestOnThread } from './digest-thread.ts'
import { freeWithLastPart } from './freed-memory.ts'

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

/** From here on, a second thread saves more time than it takes to start, in bytes. */
const WORTH_A_THREAD_BYTES = 16 * 2 ** 20

/** @param size how many bytes will come, about: many are hashed on a thread of their own. */
export function createStreamDigest(size: number): StreamDigest {
  return size < WORTH_A_THREAD_BYTES ? digestHere() : digestOnThread()
}

function digestHere(): StreamDigest {
  const hash = createHash('sha256')
  return {
    async take(chunk) {
      hash.update(chunk)
      freeWithLastPart(chunk)
    },
    async finish() {
      return sha256Schema.parse(hash.digest('hex'))
    },
    async close() {},
  }
}
