import { Buffer } from 'node:buffer'
import {
  RbeeError,
  TRUSTED_PUBLISHERS_MAX,
  type TrustedPublisher,
  type TrustedPublisherInput,
  type TrustedPublishers,
  type WorkerId,
} from '@rbee/schema'
import { checkLookAlike, checkNames, checkNotHeld } from '../names/name-rules.ts'
import { similarNames } from '../names/similar-names.ts'
import type { NameRow, WorkerRecord } from '../ports/database.ts'
import type { ReservedWorker, TrustedPublisherRow } from '../ports/trusted-publishers.ts'
import type { Caller, RegistryPorts } from '../registry.ts'
import { assertOwns, ownedBy } from '../releases/worker-ownership.ts'
import { assertWorkerInScope } from '../tokens/scopes.ts'
import { writeChangedWorker } from '../upkeep/due-documents.ts'
import { publisherChanged, tokensRefusedChanged } from './publisher-events.ts'

const PUBLISHER_ID_BYTES = 12

/** What became of a call: `changed` is false where everything stood so already. */
export interface PublishersChanged<Value> {
  readonly changed: boolean
  readonly value: Value
}

/** The workflows that may publish a worker, for its owner and operators. */
export async function listTrustedPublishers(
  ports: RegistryPorts,
  caller: Caller,
  worker: WorkerId,
): Promise<TrustedPublishers> {
  await ownWorker(ports, caller, worker)
  const { tokensRefused, publishers } = await ports.database.listTrustedPublishers(worker)
  return { worker, tokens_refused: tokensRefused, publishers: publishers.map(documentOf) }
}

/**
 * Lets the runs of a workflow publish a worker. A worker that does not exist yet gets its name with it: only an operator
 * can do that, and has to say which account is meant, because nobody else vouches for it.
 *
 * Fails with `forbidden`, `oidc_unavailable`, `invalid_body`, and the codes of names.
 */
export async function addTrustedPublisher(
  ports: RegistryPorts,
  caller: Caller,
  worker: WorkerId,
  input: TrustedPublisherInput,
): Promise<PublishersChanged<TrustedPublisher>> {
  const known = await knownWorker(ports, caller, worker)
  if (known?.tokensRefused) assertMayLoosen(caller, worker)
  const publisher = publisherOf(ports, worker, input)
  const reserved = known === null ? await reservation(ports, caller, publisher) : null
  const at = ports.clock()
  const events = [publisherChanged('added', publisher, { caller, at })]
  const changed = await ports.database.addTrustedPublisher(
    publisher,
    TRUSTED_PUBLISHERS_MAX,
    reserved,
    events,
  )
  if (changed) await writeChangedWorker(ports, worker)
  return { changed, value: documentOf(changed ? publisher : await sameAs(ports, publisher)) }
}

/** Takes it back, and ends the tokens of its runs. Fails with `forbidden`, `worker_not_found` or `publisher_not_found`. */
export async function removeTrustedPublisher(
  ports: RegistryPorts,
  caller: Caller,
  worker: WorkerId,
  id: string,
): Promise<void> {
  await ownWorker(ports, caller, worker)
  const { publishers } = await ports.database.listTrustedPublishers(worker)
  const publisher = publishers.find((one) => one.id === id)
  const at = ports.clock()
  const removed =
    publisher !== undefined &&
    (await ports.database.removeTrustedPublisher(worker, id, at, [
      publisherChanged('revoked', publisher, { caller, at }),
    ]))
  if (!removed) {
    throw new RbeeError('publisher_not_found', `"${worker}" has no trusted publisher of this id`, {
      next: `see those it has: rbee-publish trusted-publisher list ${worker}`,
    })
  }
  await writeChangedWorker(ports, worker)
}

/**
 * Lets trusted publishers alone publish a worker, or others as well. Its owner may do the first; the second takes an
 * operator, because a stolen token could do it as well. Fails with `forbidden`, `worker_not_found`, or `invalid_body`
 * where nobody could publish any more.
 */
export async function setTokensRefused(
  ports: RegistryPorts,
  caller: Caller,
  worker: WorkerId,
  refused: boolean,
): Promise<PublishersChanged<TrustedPublishers>> {
  const known = await ownWorker(ports, caller, worker)
  if (known.tokensRefused && !refused) assertMayLoosen(caller, worker)
  const { publishers } = await ports.database.listTrustedPublishers(worker)
  if (refused && publishers.length === 0) {
    throw new RbeeError(
      'invalid_body',
      `"${worker}" has no trusted publisher, so that nobody could publish it`,
      {
        next: `add one first: rbee-publish trusted-publisher add ${worker} --github OWNER/REPO --workflow FILE`,
      },
    )
  }
  const at = ports.clock()
  const events = [tokensRefusedChanged(worker, refused, { caller, at })]
  const changed = await ports.database.setTokensRefused(worker, refused, at, events)
  if (changed) await writeChangedWorker(ports, worker)
  return {
    changed,
    value: { worker, tokens_refused: refused, publishers: publishers.map(documentOf) },
  }
}

async function knownWorker(
  { database }: RegistryPorts,
  caller: Caller,
  worker: WorkerId,
): Promise<WorkerRecord | null> {
  assertWorkerInScope(caller, worker)
  const known = await database.getWorker(worker)
  if (known !== null) assertOwns(caller, worker, known)
  return known
}

async function ownWorker(ports: RegistryPorts, caller: Caller, worker: WorkerId): Promise<WorkerRecord> {
  const known = await knownWorker(ports, caller, worker)
  if (known === null) throw new RbeeError('worker_not_found', `There is no worker "${worker}"`)
  return known
}

/** What a stolen token must not undo. */
function assertMayLoosen(caller: Caller, worker: WorkerId): void {
  if (caller.scope === 'operator') return
  throw new RbeeError(
    'tokens_refused',
    `"${worker}" takes releases from its trusted publishers only; a token cannot change that`,
    {
      next: 'ask an operator of the registry',
    },
  )
}

function publisherOf(
  { identities, clock, randomBytes }: RegistryPorts,
  worker: WorkerId,
  input: TrustedPublisherInput,
): TrustedPublisherRow {
  const issuers = identities?.issuers ?? []
  const issuer = input.issuer ?? issuers[0]
  if (issuer === undefined || !issuers.includes(issuer)) {
    throw new RbeeError('oidc_issuer_unknown', 'This registry does not believe the issuer', {
      next: issuers.length === 0 ? null : `it believes ${issuers.join(' and ')}`,
      details: { expected: issuers },
    })
  }
  return {
    id: Buffer.from(randomBytes(PUBLISHER_ID_BYTES)).toString('hex'),
    worker,
    provider: input.provider,
    issuer,
    repository: input.repository,
    repositoryOwnerId: input.repository_owner_id ?? null,
    repositoryId: input.repository_id ?? null,
    workflow: input.workflow,
    environment: input.environment,
    createdAt: clock(),
  }
}

/** The worker belongs to its trusted publisher: under that id there is no token, so that beside its runs only operators act for it. */
async function reservation(
  { database, clock }: RegistryPorts,
  caller: Caller,
  { id, worker, repositoryOwnerId }: TrustedPublisherRow,
): Promise<ReservedWorker> {
  if (caller.scope !== 'operator') {
    throw new RbeeError('worker_not_found', `There is no worker "${worker}" yet`, {
      next: 'publish it once with your token, or ask an operator to add its trusted publisher before',
    })
  }
  if (repositoryOwnerId === null) {
    throw new RbeeError('invalid_body', 'A worker that does not exist yet needs the number of the account', {
      next: 'give it with --owner-id; GitHub tells it at https://api.github.com/users/OWNER',
    })
  }
  const name: NameRow = { name: worker, worker, kind: 'worker', variant: null }
  checkNames([name], 'community')
  checkNotHeld(worker, [name], await database.findNames([worker]))
  checkLookAlike([name], similarNames(await database.listProtectedNames(null)))
  return {
    worker: { id: worker, source: 'community', owner: ownedBy(id), createdAt: clock() },
    name,
  }
}

/** The one that stands in the way of another that accepts the same runs. */
async function sameAs(
  { database }: RegistryPorts,
  wanted: TrustedPublisherRow,
): Promise<TrustedPublisherRow> {
  const { publishers } = await database.listTrustedPublishers(wanted.worker)
  const same = publishers.find(
    (one) =>
      one.issuer === wanted.issuer &&
      one.repository.toLowerCase() === wanted.repository.toLowerCase() &&
      one.workflow === wanted.workflow &&
      one.environment === wanted.environment,
  )
  if (same === undefined) {
    throw new RbeeError('invalid_body', `A worker has ${TRUSTED_PUBLISHERS_MAX} trusted publishers at most`, {
      next: 'remove one that is not used any more',
    })
  }
  const { repositoryOwnerId, repositoryId } = wanted
  if (
    (repositoryOwnerId ?? same.repositoryOwnerId) === same.repositoryOwnerId &&
    (repositoryId ?? same.repositoryId) === same.repositoryId
  )
    return same
  throw new RbeeError(
    'invalid_body',
    'The same workflow is trusted with other numbers of account and repository',
    {
      next: `if it moved to another account, remove it first: rbee-publish trusted-publisher remove ${wanted.worker} ${same.id}`,
    },
  )
}

function documentOf({ createdAt, ...row }: TrustedPublisherRow): TrustedPublisher {
  return {
    id: row.id,
    provider: row.provider,
    issuer: row.issuer,
    repository: row.repository,
    repository_owner_id: row.repositoryOwnerId,
    repository_id: row.repositoryId,
    workflow: row.workflow,
    environment: row.environment,
    created_at: new Date(createdAt).toISOString(),
  }
}
