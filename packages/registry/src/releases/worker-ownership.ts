import { type PublishedBy, RbeeError, type WorkerId } from '@rbee/schema'
import type { WorkerRecord, WorkerRow } from '../ports/database.ts'
import type { Caller } from '../registry.ts'

/** Written as the owner of workers that an operator token published first: any operator may go on with them. */
const OPERATORS = 'operator'
const CATALOG_OWNER = 'catalog:'

/** What stands as the owner of a worker that this caller is the first to publish. */
export function ownerOf(caller: Caller): string {
  return caller.scope === 'operator' ? OPERATORS : ownedBy(caller.tokenId)
}

/** What stands as the owner of a worker that belongs to the holder of a token, or to a trusted publisher. */
export function ownedBy(id: string): string {
  return `token:${id}`
}

/** What stands as the owner of a worker that this catalog is the first to bring. */
export function ownerOfCatalog(catalog: string): string {
  return `${CATALOG_OWNER}${catalog}`
}

/** Whether a worker was first published with a publish token, so that no catalog may claim it. */
export function isOwnedByToken(worker: WorkerRow): boolean {
  return worker.owner.startsWith('token:')
}

/**
 * Refuses with `forbidden` who may not publish releases of this worker. Allowed are operators, a token that an operator
 * limited to it, and the token that published it first. A worker that a catalog brought and nobody has published yet
 * waits for its first publisher; afterwards it is nobody else's to take over.
 */
export function assertMayPublish(caller: Caller, id: WorkerId, known: WorkerRecord | null): void {
  if (known === null || caller.scope === 'operator' || caller.worker === id) return
  const { worker, releases } = known
  if (worker.owner === ownerOf(caller)) return
  const isFromCatalog = worker.owner.startsWith(CATALOG_OWNER)
  // What its trusted workflows published since takes nothing away from who published it first.
  const byHand = releases.filter(({ publisher }) => publisher?.kind !== 'trusted_publisher')
  const isFirst = byHand.length > 0 && byHand.every(({ publishedBy }) => publishedBy === caller.tokenId)
  if (isFromCatalog && (releases.length === 0 || isFirst)) return
  throw new RbeeError('forbidden', `The worker "${id}" belongs to another publisher`, {
    next: `Publish with its publisher's token or with a token limited to "${id}", or choose another id`,
  })
}

/** Refuses with `tokens_refused` everybody but trusted workflows, where the worker's owner wants it so. */
export function assertTokenTaken(caller: Caller, id: WorkerId, known: WorkerRecord | null): void {
  if (caller.run !== undefined || !known?.tokensRefused) return
  throw new RbeeError(
    'tokens_refused',
    `The worker "${id}" takes releases from its trusted publishers only`,
    {
      next: `publish from the workflow that is trusted; an operator can let tokens publish again: rbee-publish trusted-publisher only ${id} --off`,
    },
  )
}

/** What everybody may know of who publishes. */
export function publisherOf({ scope, run }: Caller): PublishedBy {
  if (run !== undefined) return { kind: 'trusted_publisher', ...run }
  return { kind: scope === 'operator' ? 'operator' : 'token' }
}

/**
 * Refuses with `forbidden` who may not speak for a worker: neither an operator, nor its first publisher, nor the holder of a
 * token that is limited to it; nor is a run of a trusted workflow somebody who speaks for it. A worker that a catalog brought
 * belongs to nobody before somebody publishes it.
 */
export function assertOwns(caller: Caller, id: WorkerId, known: WorkerRecord): void {
  // Whoever gets a step into a workflow must not make more of it than a release, which can be withdrawn.
  if (caller.run !== undefined) {
    throw new RbeeError('forbidden', 'The token of a workflow run publishes releases and does nothing else', {
      next: "use the token of the worker's owner, or ask an operator",
    })
  }
  assertMayPublish(caller, id, known)
  const isFromCatalog = known.worker.owner.startsWith(CATALOG_OWNER)
  if (caller.scope === 'operator' || caller.worker === id || !isFromCatalog || known.releases.length > 0)
    return
  throw new RbeeError('forbidden', `The worker "${id}" belongs to its catalog`, {
    next: 'Change it there, or ask an operator',
  })
}
