import type { RegistryClient } from '@rbee/api-client'
import {
  historyHash,
  type KeyHistory,
  type PublisherSigner,
  readHistory,
  signKeyChange,
  validKeys,
} from '@rbee/provenance'
import {
  type KeyChangeInput,
  type PublisherKey,
  RbeeError,
  type WorkerId,
  type WorkerKeys,
} from '@rbee/schema'

/** What the calls below need of a registry. */
export type KeysClient = Pick<RegistryClient, 'workerKeys' | 'changeWorkerKeys'>

/** A worker's keys after a command, and whether it changed anything. */
export interface KeysResult {
  readonly changed: boolean
  readonly keys: WorkerKeys
}

/**
 * Binds the first key of a worker; nothing where it is bound already. Fails with `key_change_refused` where the worker has
 * other keys, or as the registry does.
 */
export async function bindKey(
  client: KeysClient,
  worker: WorkerId,
  signer: PublisherSigner,
  reason: string,
): Promise<KeysResult> {
  const { keys, history } = await publishedKeys(client, worker)
  if (isValid(history, signer.key)) return { changed: false, keys }
  if (history.required) {
    throw new RbeeError('key_change_refused', `${worker} has other keys already`, {
      next: `a key that is valid lets this one in: rbee-publish key add ${worker} --new FILE --key FILE-OF-A-VALID-KEY`,
    })
  }
  return { changed: true, keys: await send(client, history, 'bound', signer.key, reason, [signer]) }
}

/** Adds a key with the signature of one that is valid; nothing where it is valid already. */
export async function addKey(
  client: KeysClient,
  worker: WorkerId,
  added: PublisherSigner,
  by: PublisherSigner,
  reason: string,
): Promise<KeysResult> {
  const { keys, history } = await currentKeys(client, worker)
  if (isValid(history, added.key)) return { changed: false, keys }
  assertValid(history, by)
  return { changed: true, keys: await send(client, history, 'added', added.key, reason, [by, added]) }
}

/** Revokes a key with the signature of one that is valid; nothing where it is revoked already. */
export async function revokeKey(
  client: KeysClient,
  worker: WorkerId,
  keyId: string,
  by: PublisherSigner,
  reason: string,
): Promise<KeysResult> {
  const { keys, history } = await currentKeys(client, worker)
  const [span, ...others] = history.keys.filter(({ key }) => key.key_id.startsWith(keyId))
  if (span === undefined || others.length > 0) {
    const problem = span === undefined ? 'has no key' : 'has several keys that begin with'
    throw new RbeeError('key_change_refused', `${worker} ${problem} ${keyId}`, {
      next: `see its keys with: rbee-publish key list ${worker}`,
    })
  }
  if (span.revokedAt !== null) return { changed: false, keys }
  assertValid(history, by)
  return { changed: true, keys: await send(client, history, 'revoked', span.key, reason, [by]) }
}

/**
 * Puts a new key in the place of one: adds it, then revokes the old. A run that was cut off between the two is gone on with
 * by the same command.
 */
export async function rotateKey(
  client: KeysClient,
  worker: WorkerId,
  added: PublisherSigner,
  old: PublisherSigner,
  reason: string,
): Promise<KeysResult> {
  const first = await addKey(client, worker, added, old, reason)
  const second = await revokeKey(client, worker, old.key.key_id, added, reason)
  return { changed: first.changed || second.changed, keys: second.keys }
}

/** The keys of a worker. The history is followed here, too: what is signed next is signed for a history that holds. */
export async function currentKeys(
  client: Pick<KeysClient, 'workerKeys'>,
  worker: WorkerId,
): Promise<{ readonly keys: WorkerKeys; readonly history: KeyHistory }> {
  const keys = await client.workerKeys(worker)
  return { keys, history: readHistory(worker, keys.history) }
}

/** A key is bound to a worker that is there. */
async function publishedKeys(client: KeysClient, worker: WorkerId): ReturnType<typeof currentKeys> {
  try {
    return await currentKeys(client, worker)
  } catch (cause) {
    if (!(cause instanceof RbeeError) || cause.code !== 'worker_not_found') throw cause
    throw new RbeeError(cause.code, `there is no worker "${worker}" yet`, {
      next: 'publish it first: rbee-publish DIR --sign binds the key with its first release',
      cause,
    })
  }
}

function isValid(history: KeyHistory, { key_id }: PublisherKey): boolean {
  return validKeys(history).some((key) => key.key_id === key_id)
}

function assertValid(history: KeyHistory, { key }: PublisherSigner): void {
  if (isValid(history, key)) return
  throw new RbeeError('key_change_refused', `the key ${key.key_id} is not a valid key of ${history.worker}`, {
    next: `name the file of a key that is, with --key; see them with: rbee-publish key list ${history.worker}`,
  })
}

function send(
  client: KeysClient,
  { worker, changes }: KeyHistory,
  change: KeyChangeInput['change'],
  key: PublisherKey,
  reason: string,
  signers: readonly PublisherSigner[],
): Promise<WorkerKeys> {
  const previous = historyHash(changes)
  return client.changeWorkerKeys(worker, signKeyChange({ worker, change, key, reason, previous }, signers))
}
