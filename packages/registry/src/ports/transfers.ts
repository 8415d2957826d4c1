import type { TransferState, WorkerId } from '@rbee/schema'
import type { NewMail } from './mail-queue.ts'
import type { TokenRow, WorkerEventRow } from './rows.ts'

/** Who did something with a transfer, when and why. */
export interface Decision {
  /** Id of a token, `operator`, `objection` for whoever has the code out of the mail, or `registry`. */
  readonly by: string
  readonly at: number
  readonly reason: string
}

/** A change of owner that somebody asked for. */
export interface TransferRow {
  readonly id: string
  readonly worker: WorkerId
  readonly kind: 'transfer' | 'adoption'
  readonly status: TransferState
  /** Owners as they stand in {@link WorkerRow}. */
  readonly from: string
  readonly to: string
  readonly reason: string
  readonly askedBy: string
  readonly askedAt: number
  /** What the former owner is sent, who may have no valid token any more. It cancels and does nothing else. */
  readonly objection: string
  /** Who of the staff approved or refused it. */
  readonly review: Decision | null
  /** Who cancelled it, or when it took effect. */
  readonly end: Decision | null
  readonly waitMs: number
  /** What of the waiting time has passed while the server ran. */
  readonly waitedMs: number
  /** When that was counted last; null before the former owner was told. */
  readonly countedAt: number | null
}

/** A token as far as it concerns who owns a worker. */
export interface OwnerToken extends Omit<TokenRow, 'hash'> {
  /** Where its holder is told of transfers. */
  readonly mail: string | null
  /** The address before, and since when it is not the current one. */
  readonly formerMail: string | null
  readonly mailChangedAt: number | null
}

/** What decides whether a worker can be given to somebody else. */
export interface OwnerFacts {
  /** The owner's own token, tokens that are limited to the worker, and, of a worker without an owner, those that published it. */
  readonly tokens: readonly OwnerToken[]
  readonly orphaned: { readonly reason: string; readonly at: number } | null
}

/** At most so many requests of one token since a time, so that nobody fills the list that staff reads. */
export interface AskingLimit {
  readonly since: number
  readonly requests: number
}

export type AskOutcome = 'asked' | 'exists' | 'too_many'

/** Rows of transfers and of the mails about them. Each change is one atomic batch, and happens once however many ask for it. */
export interface Transfers {
  /** `exists` where the same token has an open request for the worker. */
  askTransfer(row: TransferRow, mails: readonly NewMail[], limit: AskingLimit): Promise<AskOutcome>
  findTransfer(id: string): Promise<TransferRow | null>
  /** Newest first. */
  listTransfers(
    filter: { readonly worker?: WorkerId; readonly status?: TransferState },
    limit: number,
  ): Promise<TransferRow[]>

  /**
   * Approves or refuses a transfer that is asked for, and remembers the event. The waiting time begins where `countedAt` is
   * set, else when the mails to the former owner are handed over.
   *
   * @returns false where it is decided already, or another transfer of the worker is approved.
   */
  reviewTransfer(
    id: string,
    outcome: {
      readonly status: 'approved' | 'refused'
      readonly review: Decision
      readonly waitMs: number
      readonly countedAt: number | null
    },
    event: WorkerEventRow,
    mails: readonly NewMail[],
  ): Promise<boolean>
  /** Lets the waiting time of an approved transfer begin although mails are not handed over. */
  startWaiting(id: string, at: number, event: WorkerEventRow): Promise<boolean>
  /** Ends a transfer that is asked for or approved; what was not sent of it yet is not sent any more. */
  cancelTransfer(
    id: string,
    end: Decision,
    event: WorkerEventRow | null,
    mails: readonly NewMail[],
  ): Promise<boolean>

  /**
   * Adds to each waiting time what has passed since it was counted last: at most `maxStepMs`, and nothing where the clock
   * went back.
   */
  countWaiting(now: number, maxStepMs: number): Promise<void>
  /** Approved transfers whose waiting time is over. */
  listRipeTransfers(limit: number): Promise<TransferRow[]>
  /**
   * Gives the worker to its new owner, ends the tokens that are limited to it but for the new owner's, and remembers the
   * event. Only where everything is still as it was when the transfer was approved: see `whyVoid`.
   *
   * @param completion a text that no other call has.
   */
  completeTransfer(
    id: string,
    completion: string,
    end: Decision,
    event: WorkerEventRow,
    mails: readonly NewMail[],
  ): Promise<boolean>

  ownerFacts(worker: WorkerId): Promise<OwnerFacts | null>
  /** @returns false where it is said already, or there is no such worker. */
  setOrphaned(worker: WorkerId, orphaned: Decision | null): Promise<boolean>
}
