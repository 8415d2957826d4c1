import {
  canonicalJson,
  KEY_CHANGES_MAX,
  type KeyChange,
  type PublisherKey,
  RbeeError,
  type Sha256,
  type WorkerId,
  type WorkerKeys,
} from '@rbee/schema'
import { assertAuthorized } from './key-authorization.ts'
import { assertPublisherKey } from './publisher-key.ts'
import { sha256OfText } from './release-identity.ts'

// The keys of a worker are what its history says, and the history is a chain: whoever changes the keys signs the hash of
// everything before. So nobody who stores or serves a history can put a key into it, take one out or change the order.
//
// What the rules come to:
// - The first key is bound by the worker's owner, and signs for itself.
// - A further key comes with the signature of one that is valid, and its own. A key goes with the signature of one that
//   is valid, which may be itself.
// - A key that went never comes back, so that each has one span of time.
// - Where no key is valid any more, nobody publishes, until an operator resets the keys. That is the one change without a
//   publisher's signature, and every machine that knew the keys before is told.

/** A key and its span. Times are RFC 3339. */
export interface KeySpan {
  readonly key: PublisherKey
  readonly boundAt: string
  /** Null while it is valid. */
  readonly revokedAt: string | null
  readonly reason: string | null
}

/** The keys of one worker, as all changes up to now make them. */
export interface KeyHistory {
  readonly worker: WorkerId
  readonly changes: readonly KeyChange[]
  /** In the order in which they came. */
  readonly keys: readonly KeySpan[]
  /** Whether releases need provenance: from the first key on, unless an operator reset the keys to none. */
  readonly required: boolean
}

/** The rest is for operators: a thief who fills the history must not keep them from ending it. */
const PUBLISHER_CHANGES_MAX = KEY_CHANGES_MAX - 20
/** Most keys that are valid at the same time. */
const VALID_KEYS_MAX = 20

export function emptyHistory(worker: WorkerId): KeyHistory {
  return { worker, changes: [], keys: [], required: false }
}

/**
 * Follows a worker's history from its first change on, and checks each against the keys that were valid then. Fails with
 * `key_history_invalid`.
 */
export function readHistory(worker: WorkerId, changes: readonly KeyChange[]): KeyHistory {
  let history = emptyHistory(worker)
  for (const [place, change] of changes.entries()) {
    try {
      history = extendHistory(history, change)
    } catch (cause) {
      if (!(cause instanceof RbeeError)) throw cause
      throw new RbeeError(
        'key_history_invalid',
        `Change ${place} of the keys of "${worker}": ${cause.message}`,
        {
          cause,
        },
      )
    }
  }
  return history
}

/** The history with one more change. Fails with `key_change_refused` or `publisher_key_invalid`. */
export function extendHistory(history: KeyHistory, change: KeyChange): KeyHistory {
  const most = change.change === 'staff_reset' ? KEY_CHANGES_MAX : PUBLISHER_CHANGES_MAX
  if (history.changes.length >= most) throw refused(`there are ${history.changes.length} changes already`)
  const last = history.changes.at(-1)
  if (last !== undefined && change.at < last.at) throw refused('it is older than the change before it')
  if (change.key !== null) assertPublisherKey(change.key)
  return {
    worker: history.worker,
    changes: [...history.changes, change],
    keys: keysAfter(history, change),
    required: change.change !== 'staff_reset' || change.key !== null,
  }
}

function keysAfter(history: KeyHistory, change: KeyChange): KeySpan[] {
  switch (change.change) {
    case 'bound':
      if (history.required) throw refused('the worker has keys: another is added by one of them')
      return withKey(history.keys, authorized(history, change, []), change)
    case 'added':
      return withKey(history.keys, authorized(history, change, validKeys(history)), change)
    case 'revoked':
      return withoutKey(history.keys, authorized(history, change, validKeys(history)), change)
    case 'staff_reset':
      if (change.authorization !== null) throw refused('a reset is signed by no publisher')
      return resetKeys(history.keys, change)
  }
}

/** The key that a change is about, once the change is known to be signed by whom it has to be. */
function authorized(history: KeyHistory, change: KeyChange, valid: readonly PublisherKey[]): PublisherKey {
  const { key, authorization } = change
  if (key === null || authorization === null) throw refused('it names no key, or is not signed')
  const previous = historyHash(history.changes)
  assertAuthorized({ ...change, key, authorization, worker: history.worker, previous }, valid)
  return key
}

function withKey(keys: readonly KeySpan[], key: PublisherKey, { at }: KeyChange): KeySpan[] {
  if (keys.some((known) => known.key.key_id === key.key_id)) throw refused('this key was bound before')
  if (keys.filter(isValid).length >= VALID_KEYS_MAX) throw refused(`${VALID_KEYS_MAX} keys are valid already`)
  return [...keys, { key, boundAt: at, revokedAt: null, reason: null }]
}

function withoutKey(keys: readonly KeySpan[], key: PublisherKey, { at, reason }: KeyChange): KeySpan[] {
  if (!keys.some((known) => isValid(known) && known.key.key_id === key.key_id)) {
    throw refused('this key is not valid')
  }
  return keys.map((known) => (known.key.key_id === key.key_id ? { ...known, revokedAt: at, reason } : known))
}

function resetKeys(keys: readonly KeySpan[], change: KeyChange): KeySpan[] {
  const { key, at, reason } = change
  const revoked = keys.map((known) => (isValid(known) ? { ...known, revokedAt: at, reason } : known))
  return key === null ? revoked : withKey(revoked, key, change)
}

function isValid({ revokedAt }: KeySpan): boolean {
  return revokedAt === null
}

/** The keys that are valid after the last change. */
export function validKeys({ keys }: Pick<KeyHistory, 'keys'>): PublisherKey[] {
  return keys.filter(isValid).map(({ key }) => key)
}

/** What a change has to name as what was before it. */
export function historyHash(changes: readonly KeyChange[]): Sha256 {
  return sha256OfText(canonicalJson(changes))
}

/** Whether a history is another one that was known, with nothing or more behind it. */
export function continuesHistory(known: readonly KeyChange[], changes: readonly KeyChange[]): boolean {
  return changes.length >= known.length && historyHash(changes.slice(0, known.length)) === historyHash(known)
}

/** The document that tells of a worker's keys. */
export function workerKeysOf({ worker, changes, keys, required }: KeyHistory): WorkerKeys {
  return {
    worker,
    provenance_required: required,
    keys: keys.map(({ key, boundAt, revokedAt, reason }) => ({
      ...key,
      status: revokedAt === null ? 'valid' : 'revoked',
      bound_at: boundAt,
      revoked_at: revokedAt,
      reason,
    })),
    history: [...changes],
  }
}

function refused(reason: string): RbeeError {
  return new RbeeError('key_change_refused', `The change is refused: ${reason}`)
}
