import type { WorkerId } from '@rbee/schema'
import type { RegistryEvent } from './log-entries.ts'
import type { NameRow, TokenRow, WorkerRow } from './rows.ts'

/** A workflow that may publish a worker. */
export interface TrustedPublisherRow {
  readonly id: string
  readonly worker: WorkerId
  readonly provider: 'github'
  readonly issuer: string
  readonly repository: string
  /** Null until a run settles it, like the one below. */
  readonly repositoryOwnerId: string | null
  readonly repositoryId: string | null
  readonly workflow: string
  readonly environment: string | null
  readonly createdAt: number
}

/** A worker that comes into being with its first trusted publisher, so that nobody else takes its name meanwhile. */
export interface ReservedWorker {
  readonly worker: WorkerRow
  readonly name: NameRow
}

/** An identity token that is exchanged, and what is settled by it. */
export interface AcceptedIdentity {
  readonly issuer: string
  /** The claim `jti`. */
  readonly tokenId: string
  readonly expiresAt: number
  /** The trusted publisher that the run is one of. */
  readonly publisher: string
  readonly repositoryOwnerId: string
  readonly repositoryId: string
}

/** What the registry asks of a database about trusted publishers. */
export interface TrustedPublishers {
  /** Those of a worker, in the order in which they were added, and whether no other token may publish it. */
  listTrustedPublishers(
    worker: WorkerId,
  ): Promise<{ tokensRefused: boolean; publishers: TrustedPublisherRow[] }>
  /**
   * Adds one, as long as the worker has fewer than `most` and none that accepts the same runs, in one atomic batch.
   *
   * @param reserved the worker, where it does not exist yet.
   * @param events remembered where it was added.
   * @returns whether it was.
   */
  addTrustedPublisher(
    publisher: TrustedPublisherRow,
    most: number,
    reserved: ReservedWorker | null,
    events: readonly RegistryEvent[],
  ): Promise<boolean>
  /** Removes one and ends the tokens that its runs were given. @returns whether there was one. */
  removeTrustedPublisher(
    worker: WorkerId,
    id: string,
    at: number,
    events: readonly RegistryEvent[],
  ): Promise<boolean>
  /** Lets trusted publishers alone publish, or others as well. @returns whether that changed something. */
  setTokensRefused(
    worker: WorkerId,
    refused: boolean,
    at: number,
    events: readonly RegistryEvent[],
  ): Promise<boolean>
  /**
   * Stores the token that a run is given for its identity token, and settles the ids that its publisher leaves open, in one
   * atomic batch. Of two calls with the same identity token one comes too late.
   *
   * @returns false, and stores nothing, where the identity token was used before, or the publisher is gone or is settled
   * on other ids meanwhile.
   */
  acceptIdentity(identity: AcceptedIdentity, token: TokenRow): Promise<boolean>
  /** Forgets identity tokens that nobody accepts any more, and tokens of runs that expired before `tokensBefore`. */
  forgetIdentities(now: number, tokensBefore: number): Promise<void>
}
