import { RbeeError, type WorkerId } from '@rbee/schema'
import type { WorkerRecord, WorkerRow } from '../ports/database.ts'
import type { Caller } from '../registry.ts'

/** Written as the owner of workers that an operator token published first: any operator may go on with them. */
const OPERATORS = 'operator'
const CATALOG_OWNER = 'catalog:'

/** What stands as the owner of a worker that this caller is the first to publish. */
export function ownerOf(caller: Caller): string {
  return caller.scope === 'operator' ? OPERATORS : `token:${caller.tokenId}`
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
  if (isFromCatalog && releases.every(({ publishedBy }) => publishedBy === caller.tokenId)) return
  throw new RbeeError('forbidden', `The worker "${id}" belongs to another publisher`, {
    next: `Publish with its publisher's token or with a token limited to "${id}", or choose another id`,
  })
}

/**
 * Refuses with `forbidden` who may not speak for a worker: neither an operator, nor its first publisher, nor the holder of a
 * token that is limited to it. A worker that a catalog brought belongs to nobody before somebody publishes it.
 */
export function assertOwns(caller: Caller, id: WorkerId, known: WorkerRecord): void {
  assertMayPublish(caller, id, known)
  const isFromCatalog = known.worker.owner.startsWith(CATALOG_OWNER)
  if (caller.scope === 'operator' || caller.worker === id || !isFromCatalog || known.releases.length > 0)
    return
  throw new RbeeError('forbidden', `The worker "${id}" belongs to its catalog`, {
    next: 'Change it there, or ask an operator',
  })
}
