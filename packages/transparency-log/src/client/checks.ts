import { RbeeError } from '@rbee/schema'
import { type Hash, leafHash, sameHash } from '../merkle/hashes.ts'
import {
  consistencyProof,
  inclusionProof,
  type TreeHead,
  verifyConsistency,
  verifyInclusion,
} from '../merkle/proofs.ts'
import { type LogSource, tileNodes } from './log-source.ts'

/**
 * Checks that a log only grew since it was seen last. Fails with `log_shrunk`, with `log_split_view` where two different
 * trees of the same size are signed, with `log_forked` where the newer one does not begin with the older, and with
 * `log_invalid` where tiles are missing.
 */
export async function checkConsistency(source: LogSource, older: TreeHead, newer: TreeHead): Promise<void> {
  const sizes = { older: older.size, newer: newer.size }
  if (newer.size < older.size) {
    throw new RbeeError('log_shrunk', `The log has ${newer.size} entries; it had ${older.size} before`, {
      details: sizes,
    })
  }
  if (newer.size === older.size && !sameHash(newer.root, older.root)) {
    throw new RbeeError('log_split_view', `Two different logs of ${newer.size} entries are signed`, {
      details: sizes,
    })
  }
  if (newer.size === older.size || older.size === 0) return
  const proof = await consistencyProof(tileNodes(source, newer.size), older.size, newer.size)
  if (verifyConsistency(older, newer, proof)) return
  throw new RbeeError('log_forked', `The log does not begin with the ${older.size} entries it had before`, {
    details: sizes,
  })
}

/** Checks that an entry stands at `index` of the log. Fails with `log_not_included` and `log_invalid`. */
export async function checkInclusion(
  source: LogSource,
  head: TreeHead,
  index: number,
  entry: Uint8Array,
): Promise<void> {
  await checkLeaf(source, head, index, leafHash(entry))
}

async function checkLeaf(source: LogSource, head: TreeHead, index: number, leaf: Hash): Promise<void> {
  if (index >= 0 && index < head.size) {
    const read = tileNodes(source, head.size)
    const proof = await inclusionProof(read, index, head.size)
    // The proof does without the tile's own word on the leaf; a tile that contradicts it is another log's.
    if (verifyInclusion(leaf, index, head, proof) && sameHash(await read(0, index), leaf)) return
  }
  throw new RbeeError(
    'log_not_included',
    `Entry ${index} is not what the signed log of ${head.size} entries holds`,
    {
      details: { index, size: head.size },
    },
  )
}
