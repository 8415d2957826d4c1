import { createHash } from 'node:crypto'
import { sha256Schema } from '@rbee/schema'
import { digestOnThread } from './digest-thread.ts'
import { freeWithLastPart } from './freed-memory.ts'
import type { StreamDigest } from './stream-digest.ts'

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
