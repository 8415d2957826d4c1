import { RbeeError, type WorkerId } from '@rbee/schema'
import { addressesOf } from '../mail/contacts.ts'
import type { TokenRow, WorkerRecord } from '../ports/database.ts'
import type { OwnerFacts, TransferRow } from '../ports/transfers.ts'
import type { Caller } from '../registry.ts'
import { ownerOf } from '../releases/worker-ownership.ts'

const OPERATORS = 'operator'

/** Why a worker is not orphaned; null where it is. */
export function whyNotOrphaned(
  { worker, releases }: WorkerRecord,
  { tokens, orphaned }: OwnerFacts,
  { now, orphanAfterMs }: { readonly now: number; readonly orphanAfterMs: number },
): string | null {
  const last = Math.max(worker.createdAt, ...releases.map(({ publishedAt }) => publishedAt))
  if (orphaned !== null && orphaned.at >= last) return null
  if (worker.owner === OPERATORS) return 'it belongs to the operators of the registry'
  if (tokens.some((token) => isValid(token, now))) return 'a token of its owner is valid'
  const end = last + orphanAfterMs
  if (end > now) return `something was published of it, and it counts as orphaned from ${dayOf(end)} on`
  return null
}

function isValid({ revokedAt, expiresAt }: Pick<TokenRow, 'revokedAt' | 'expiresAt'>, now: number): boolean {
  return revokedAt === null && (expiresAt === null || expiresAt > now)
}

/** Where the owner of a worker is told of what is asked for: each address once. */
export function ownerAddresses({ tokens }: OwnerFacts, now: number): string[] {
  return [...new Set(tokens.flatMap((token) => addressesOf(token, now)))]
}

/** Whether a caller is one of those between whom the worker changes hands, or staff. */
export function isParty(caller: Caller, { worker, from, to, askedBy }: TransferRow): boolean {
  if (caller.run !== undefined) return false
  const own = ownerOf(caller)
  return (
    caller.scope === 'operator' ||
    caller.worker === worker ||
    caller.tokenId === askedBy ||
    own === from ||
    own === to
  )
}

/** Who is to own a worker, as it stands in its row. Fails with `transfer_impossible`. */
export function newOwner(to: string, token: TokenRow | null, worker: WorkerId, now: number): string {
  if (to === OPERATORS) return OPERATORS
  const why = whyNoOwner(token, worker, now)
  if (why === null) return `token:${to}`
  throw new RbeeError('transfer_impossible', `The worker "${worker}" cannot be given to "${to}": ${why}`, {
    next: 'Ask the new owner for the id of their publish token: rbee-publish contact show',
  })
}

function whyNoOwner(token: TokenRow | null, worker: WorkerId, now: number): string | null {
  if (token === null) return 'there is no such token'
  if (token.scope === 'operator') return 'it is a token of an operator; say "operator" for them'
  if (!isValid(token, now)) return 'the token is not valid any more'
  return token.worker === null || token.worker === worker ? null : 'the token is limited to another worker'
}

/** What is known when it is decided whether a transfer may still take effect. */
export interface TransferFacts {
  readonly record: WorkerRecord
  /** The new owner's token; null for operators too. */
  readonly newOwner: TokenRow | null
  readonly asker: TokenRow | null
  readonly now: number
}

/**
 * Why a transfer may not take effect any more, in words; null where it may. The database asks the same in its own words when
 * the transfer is completed.
 */
export function whyVoid(
  transfer: TransferRow,
  { record, newOwner: token, asker, now }: TransferFacts,
): string | null {
  const { worker, from, to, kind, askedAt, review } = transfer
  if (record.worker.owner !== from) return 'the worker has another owner meanwhile'
  if (record.recipe !== null) return 'a catalog describes the worker, and decides whose it is'
  if (to !== OPERATORS) {
    const why = whyNoOwner(token, worker, now)
    if (why !== null) return `of the new owner: ${why}`
  }
  if (asker !== null && asker.revokedAt !== null) return 'the token with which it was asked for was revoked'
  if (kind === 'adoption' && record.releases.some(({ publishedAt }) => publishedAt > askedAt))
    return 'the owner has published again'
  if (review === null) return null
  const blocked = record.releases.find(
    ({ quarantined, quarantinedAt, publishedAt }) =>
      quarantined !== null && (quarantinedAt ?? publishedAt) > review.at,
  )
  return blocked === undefined ? null : `the release ${blocked.version} was quarantined since it was approved`
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}
