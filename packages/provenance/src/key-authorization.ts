import {
  type Envelope,
  type KeyChangeInput,
  keyChangeInputSchema,
  type PublisherKey,
  publisherKeySchema,
  RbeeError,
  type Sha256,
  sha256Schema,
  type WorkerId,
  workerIdSchema,
} from '@rbee/schema'
import { z } from 'zod'
import type { PublisherSigner } from './publisher-key.ts'
import { PREDICATE_TYPES, predicateOf, signStatement, verifyEnvelope } from './statement.ts'

/** What is signed for a change of a worker's keys. */
export interface SignedKeyChange {
  readonly worker: WorkerId
  readonly change: KeyChangeInput['change']
  readonly key: PublisherKey
  readonly reason: string
  /** Hash of the history before it (`historyHash`): so it holds at this one place of this one history. */
  readonly previous: Sha256
}

/** A change as it stands in a history; a `staff_reset` is signed by nobody and never gets here. */
interface AuthorizedChange extends Omit<SignedKeyChange, 'change'> {
  readonly change: string
  readonly authorization: Envelope
}

const signedKeyChangeSchema = z.strictObject({
  worker: workerIdSchema,
  change: keyChangeInputSchema.shape.change,
  key: publisherKeySchema,
  reason: keyChangeInputSchema.shape.reason,
  previous: sha256Schema,
})

/**
 * Signs a change: a key that comes signs for itself, and beside it, where the worker has keys, one that is valid; a key that
 * goes is signed off by one that is valid.
 */
export function signKeyChange(change: SignedKeyChange, signers: readonly PublisherSigner[]): KeyChangeInput {
  const { worker, change: kind, key, reason, previous } = change
  const authorization = signStatement(
    {
      subject: { name: `${worker}-keys`, sha256: previous },
      predicateType: PREDICATE_TYPES.keyChange,
      predicate: { worker, change: kind, key, reason, previous },
    },
    signers,
  )
  return { change: kind, key, reason, authorization }
}

/**
 * Fails with `key_change_refused` unless the change is signed, as it stands, by whom it has to be and by nobody else.
 *
 * @param valid keys that may authorise it; a first key (`bound`) is authorised by none.
 */
export function assertAuthorized(change: AuthorizedChange, valid: readonly PublisherKey[]): void {
  const comes = change.change !== 'revoked'
  const { signed, subject, keyIds } = opened(change.authorization, comes ? [change.key, ...valid] : valid)
  if (
    signed.worker !== change.worker ||
    signed.change !== change.change ||
    signed.reason !== change.reason ||
    signed.key.key_id !== change.key.key_id ||
    signed.key.public_key !== change.key.public_key
  ) {
    throw refused('what is signed is another change')
  }
  if (signed.previous !== change.previous || subject !== change.previous) {
    throw refused('it is signed for another state of the keys')
  }
  if (comes && !keyIds.includes(change.key.key_id)) throw refused('the new key did not sign it')
  // Also where no key is valid any more: then nobody can let another in.
  if (change.change !== 'bound' && !valid.some(({ key_id }) => keyIds.includes(key_id))) {
    throw refused('no key that is valid signed it')
  }
}

/** The change that is signed, by some of the given keys and nobody else. */
function opened(authorization: Envelope, keys: readonly PublisherKey[]) {
  try {
    const { statement, keyIds } = verifyEnvelope(authorization, keys)
    const signed = predicateOf(statement, PREDICATE_TYPES.keyChange, signedKeyChangeSchema)
    return { signed, subject: statement.subject.sha256, keyIds }
  } catch (cause) {
    if (cause instanceof RbeeError && cause.code === 'envelope_invalid') throw refused(cause.message, cause)
    throw cause
  }
}

function refused(reason: string, cause?: unknown): RbeeError {
  return new RbeeError('key_change_refused', `The change is refused: ${reason}`, { cause })
}
