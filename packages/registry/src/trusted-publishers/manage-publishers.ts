import {
  RbeeError,
  TRUSTED_PUBLISHERS_MAX,
  type TrustedPublisher,
  type TrustedPublisherInput,
  type TrustedPublishers,
  type WorkerId,
} from '@rbee/schema'
import type { WorkerRecord } from '../ports/database.ts'
import type { Caller, RegistryPorts } from '../registry.ts'
import { assertOwns } from '../releases/worker-ownership.ts'
import { assertWorkerInScope } from '../tokens/scopes.ts'
import { writeChangedWorker } from '../upkeep/due-documents.ts'
import { newPublisher, publisherDocument, sameAs } from './new-publisher.ts'
import { publisherChanged, tokensRefusedChanged } from './publisher-events.ts'
import type { PublishersChanged } from './publishers-changed.ts'
import { assertAccountKnown, isReserved, reservation } from './reserved-worker.ts'

/** The workflows that may publish a worker, for its owner and operators. */
export async function listTrustedPublishers(
  ports: RegistryPorts,
  caller: Caller,
  worker: WorkerId,
): Promise<TrustedPublishers> {
  await ownWorker(ports, caller, worker)
  const { tokensRefused, publishers } = await ports.database.listTrustedPublishers(worker)
  return { worker, tokens_refused: tokensRefused, publishers: publishers.map(publisherDocument) }
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
  const publisher = newPublisher(ports, worker, input)
  if (known === null || isReserved(known)) assertAccountKnown(publisher)
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
  return { changed, value: publisherDocument(changed ? publisher : await sameAs(ports, publisher)) }
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
    value: { worker, tokens_refused: refused, publishers: publishers.map(publisherDocument) },
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
