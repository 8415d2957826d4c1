import {
  type DeprecationInput,
  RbeeError,
  type Version,
  type WorkerEvents,
  type WorkerId,
} from '@rbee/schema'
import { composeWorker } from '../documents/compose-worker.ts'
import { composeRelease } from '../documents/index.ts'
import type { StandingEventRow, WorkerEventRow, WorkerRecord } from '../ports/database.ts'
import type { Caller, RegistryPorts } from '../registry.ts'
import { assertOwns } from '../releases/worker-ownership.ts'
import { issueRevocations } from '../revocations/issue-revocations.ts'
import { assertOperator, assertWorkerInScope } from '../tokens/scopes.ts'
import { writeChangedWorker } from '../upkeep/due-documents.ts'
import type { ReleaseChange, ReleaseChanged, ReleaseEventKind, WorkerChanged } from './standing-changes.ts'

const EVENTS_SHOWN = 1000

/**
 * Withdraws a release, blocks it, confirms that it cures something, or takes one of these back. The same again changes
 * nothing and finishes what an interrupted call left undone.
 *
 * Yanking is for the worker's owner and operators, the rest for operators. Fails with `forbidden`, `worker_not_found` or
 * `release_not_found`.
 */
export async function changeRelease(
  ports: RegistryPorts,
  caller: Caller,
  { id, version, kind, reason }: ReleaseChange,
): Promise<ReleaseChanged> {
  const known = await knownWorker(ports, caller, id)
  assertMayChange(caller, kind, id, known)
  if (!known.releases.some((release) => release.version === version)) throw notPublished(id, version)
  const event = { kind, worker: id, version, reason, successor: null }
  const changed = await ports.database.saveEvent({ ...event, ...by(ports, caller) })
  // The bytes first: from then on nobody gets them, whatever is still said of the release.
  if (kind === 'quarantine' || kind === 'release_quarantine') await issueRevocations(ports)
  await writeChangedWorker(ports, id)
  return { changed, release: composeRelease(await currentWorker(ports, id), version) }
}

/**
 * Says that a worker should not be used any more, and which one should be instead. Fails with `forbidden`,
 * `worker_not_found`, or `invalid_body` for a successor that is the worker itself or does not exist.
 */
export async function deprecateWorker(
  ports: RegistryPorts,
  caller: Caller,
  id: WorkerId,
  { reason, successor = null }: Omit<DeprecationInput, 'successor'> & { successor?: WorkerId | null },
): Promise<WorkerChanged> {
  assertOwns(caller, id, await knownWorker(ports, caller, id))
  if (successor !== null) await assertSuccessor(ports, id, successor)
  return changeWorker(ports, caller, { kind: 'deprecate', worker: id, version: null, reason, successor })
}

/** Takes a deprecation back; one that stands in the worker's manifest is up to its author. Fails as {@link deprecateWorker}. */
export async function undeprecateWorker(
  ports: RegistryPorts,
  caller: Caller,
  id: WorkerId,
  reason: string,
): Promise<WorkerChanged> {
  assertOwns(caller, id, await knownWorker(ports, caller, id))
  const event = { kind: 'undeprecate', worker: id, version: null, reason, successor: null } as const
  return changeWorker(ports, caller, event)
}

/** What happened to a worker and its releases, for its owner and operators. */
export async function listEvents(ports: RegistryPorts, caller: Caller, id: WorkerId): Promise<WorkerEvents> {
  assertOwns(caller, id, await knownWorker(ports, caller, id))
  const events = await ports.database.listEvents(id, EVENTS_SHOWN)
  return {
    worker: id,
    events: events.map(({ kind, version, reason, successor, actor, at }) => ({
      kind,
      version,
      reason,
      successor,
      actor,
      at: new Date(at).toISOString(),
    })),
  }
}

async function changeWorker(
  ports: RegistryPorts,
  caller: Caller,
  event: Omit<StandingEventRow, 'actor' | 'at'>,
): Promise<WorkerChanged> {
  const changed = await ports.database.saveEvent({ ...event, ...by(ports, caller) })
  await writeChangedWorker(ports, event.worker)
  const composed = composeWorker(await currentWorker(ports, event.worker))
  if (composed === null) throw noWorker(event.worker)
  return { changed, worker: composed.worker }
}

function by({ clock }: RegistryPorts, caller: Caller): Pick<WorkerEventRow, 'actor' | 'at'> {
  return { actor: caller.tokenId, at: clock() }
}

async function knownWorker(ports: RegistryPorts, caller: Caller, id: WorkerId): Promise<WorkerRecord> {
  assertWorkerInScope(caller, id)
  return currentWorker(ports, id)
}

async function currentWorker({ database }: RegistryPorts, id: WorkerId): Promise<WorkerRecord> {
  const record = await database.getWorker(id)
  if (record === null) throw noWorker(id)
  return record
}

function assertMayChange(caller: Caller, kind: ReleaseEventKind, id: WorkerId, known: WorkerRecord): void {
  switch (kind) {
    case 'yank':
    case 'unyank':
      assertOwns(caller, id, known)
      return
    case 'quarantine':
    case 'release_quarantine':
    case 'confirm_security_fix':
    case 'withdraw_security_fix':
      assertOperator(caller)
      return
  }
}

async function assertSuccessor(
  { database }: RegistryPorts,
  id: WorkerId,
  successor: WorkerId,
): Promise<void> {
  if (successor === id) throw new RbeeError('invalid_body', `"${id}" cannot be its own successor`)
  if ((await database.getWorker(successor)) !== null) return
  throw new RbeeError('invalid_body', `The successor "${successor}" is not a worker of this registry`)
}

function noWorker(id: WorkerId): RbeeError {
  return new RbeeError('worker_not_found', `There is no worker "${id}"`)
}

function notPublished(id: WorkerId, version: Version): RbeeError {
  return new RbeeError('release_not_found', `No release ${version} of "${id}" was published here`, {
    next: `see its releases at /v1/workers/${id}/versions; a version that only a catalog describes is taken out there`,
  })
}
