import { RbeeError } from '@rbee/schema'
import { checkLookAlike, checkNames, checkNotHeld } from '../names/name-rules.ts'
import { similarNames } from '../names/similar-names.ts'
import type { NameRow, WorkerRecord } from '../ports/database.ts'
import type { ReservedWorker, TrustedPublisherRow } from '../ports/trusted-publishers.ts'
import type { Caller, RegistryPorts } from '../registry.ts'
import { ownedBy } from '../releases/worker-ownership.ts'

/** Whether a worker has its name and nothing that anybody could use yet. */
export function isReserved({ releases, recipe }: WorkerRecord): boolean {
  return releases.length === 0 && recipe === null
}

/**
 * Refuses with `invalid_body` a publisher of which only names are known: for a worker without a release nobody else vouches, and
 * whoever took the account's name meanwhile would publish the first.
 */
export function assertAccountKnown({ repositoryOwnerId }: TrustedPublisherRow): void {
  if (repositoryOwnerId !== null) return
  throw new RbeeError('invalid_body', 'A worker that has no release yet needs the number of the account', {
    next: 'give it with --owner-id; GitHub tells it at https://api.github.com/users/OWNER',
  })
}

/**
 * The row and the name of a worker that is to come. It belongs to its trusted publisher: no token has that id, so that beside
 * its runs only operators act for it. Fails with `worker_not_found` for everybody but operators, and with the codes of names.
 */
export async function reservation(
  { database, clock }: RegistryPorts,
  caller: Caller,
  { id, worker }: TrustedPublisherRow,
): Promise<ReservedWorker> {
  if (caller.scope !== 'operator') {
    throw new RbeeError('worker_not_found', `There is no worker "${worker}" yet`, {
      next: 'publish it once with your token, or ask an operator to add its trusted publisher before',
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
