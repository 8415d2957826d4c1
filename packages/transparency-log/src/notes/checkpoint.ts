import { Buffer } from 'node:buffer'
import { RbeeError } from '@rbee/schema'
import { HASH_BYTES } from '../merkle/hashes.ts'
import type { TreeHead } from '../merkle/proofs.ts'
import type { NoteSigner, NoteVerifier } from './keys.ts'
import { openNote, signNote } from './signed-note.ts'

/** A signed tree head: what the log was at some time, and who says so. */
export interface Checkpoint extends TreeHead {
  /** The log's name, which is also that of its key. */
  readonly origin: string
}

/** The note of a tree head: its origin, size and root, signed (https://c2sp.org/tlog-checkpoint). */
export function signCheckpoint({ size, root }: TreeHead, signer: NoteSigner): string {
  return signNote(`${signer.name}\n${size}\n${Buffer.from(root).toString('base64')}\n`, signer)
}

/** Reads a checkpoint of the log with this key. Fails with `log_invalid` and `log_signature_invalid`. */
export function openCheckpoint(bytes: Uint8Array, verifier: NoteVerifier): Checkpoint {
  const [origin, stated = '', base64 = ''] = openNote(bytes, verifier).split('\n')
  const size = /^(?:0|[1-9]\d{0,15})$/.test(stated) ? Number(stated) : Number.NaN
  const root = new Uint8Array(Buffer.from(base64, 'base64'))
  const isCanonical = Buffer.from(root).toString('base64') === base64
  if (!Number.isSafeInteger(size) || root.length !== HASH_BYTES || !isCanonical) {
    throw new RbeeError('log_invalid', 'The signed text states no size and root of a tree')
  }
  if (origin !== verifier.name) {
    throw new RbeeError('log_signature_invalid', `The checkpoint is of another log than "${verifier.name}"`)
  }
  return { origin, size, root }
}
