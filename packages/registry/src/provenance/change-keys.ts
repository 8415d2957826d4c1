import { extendHistory, type KeyHistory, workerKeysOf } from '@rbee/provenance'
import {
  canonicalJson,
  type KeyChange,
  type KeyChangeInput,
  type KeyResetInput,
  RbeeError,
  type WorkerId,
} from '@rbee/schema'
import { keyChangeEvent } from '../log/log-entry.ts'
import type { WorkerRecord } from '../ports/database.ts'
import type { Caller, RegistryPorts } from '../registry.ts'
import { assertOwns } from '../releases/worker-ownership.ts'
import { assertMadeByHand, assertOperator, assertWorkerInScope } from '../tokens/scopes.ts'
import { writeChangedWorker } from '../upkeep/due-documents.ts'
import { momentAfter } from './judge-provenance.ts'
import type { KeysChanged } from './keys-changed.ts'
import { historyOf } from './worker-history.ts'

/**
 * Binds the first key of a worker, adds one or revokes one. Needs the worker's own token, and the signatures that
 * @rbee/provenance asks for: neither a stolen token nor a stolen key alone changes anything. The same change again changes
 * nothing and finishes what an interrupted call left undone.
 *
 * Fails with `forbidden`, `worker_not_found`, `publisher_key_invalid`, `key_change_refused` or `key_change_conflict`.
 */
export async function changeKeys(
  ports: RegistryPorts,
  caller: Caller,
  id: WorkerId,
  input: KeyChangeInput,
): Promise<KeysChanged> {
  assertMadeByHand(caller)
  assertWorkerInScope(caller, id)
  const record = await knownWorker(ports, id)
  assertOwns(caller, id, record)
  return appendChange(ports, caller, record, input)
}

/**
 * Takes all keys of a worker away and puts one or none in their place: for a publisher who lost theirs. Operators only;
 * every machine that installed the worker is told. Fails with `forbidden`, `worker_not_found`, `publisher_key_invalid`,
 * `key_change_refused` or `key_change_conflict`.
 */
export async function resetKeys(
  ports: RegistryPorts,
  caller: Caller,
  id: WorkerId,
  { key, reason }: KeyResetInput,
): Promise<KeysChanged> {
  assertOperator(caller)
  const record = await knownWorker(ports, id)
  if (historyOf(record).changes.length === 0) {
    throw new RbeeError('key_change_refused', `"${id}" never had a key: there is nothing to reset`)
  }
  return appendChange(ports, caller, record, { change: 'staff_reset', key, reason, authorization: null })
}

async function appendChange(
  ports: RegistryPorts,
  caller: Caller,
  record: WorkerRecord,
  input: Omit<KeyChange, 'at'>,
): Promise<KeysChanged> {
  const { id } = record.worker
  const history = historyOf(record)
  const changed = !isLastChange(history, input)
  const after = changed ? await storeChange(ports, caller, history, input) : history
  await writeChangedWorker(ports, id)
  return { changed, keys: workerKeysOf(after) }
}

/** A call is repeated when its answer was lost. */
function isLastChange({ changes }: KeyHistory, input: Omit<KeyChange, 'at'>): boolean {
  const last = changes.at(-1)
  return last !== undefined && canonicalJson(last) === canonicalJson({ ...input, at: last.at })
}

async function storeChange(
  { database, clock }: RegistryPorts,
  caller: Caller,
  history: KeyHistory,
  input: Omit<KeyChange, 'at'>,
): Promise<KeyHistory> {
  const { worker, changes } = history
  const change: KeyChange = { ...input, at: momentAfter(history, clock()) }
  const after = extendHistory(history, change)
  const event = keyChangeEvent(caller, worker, change)
  if (await database.appendKeyChange(worker, changes.length, change, [event])) return after
  throw new RbeeError('key_change_conflict', `The keys of "${worker}" changed at the same time`, {
    next: 'Look at them and try again: rbee-publish key list WORKER',
  })
}

async function knownWorker({ database }: RegistryPorts, id: WorkerId): Promise<WorkerRecord> {
  const record = await database.getWorker(id)
  if (record !== null) return record
  throw new RbeeError('worker_not_found', `There is no worker "${id}"`, {
    next: 'A key is bound to a worker that was published: publish it first',
  })
}
