import type { MailKind } from '@rbee/schema'
import type { TokenRow } from './rows.ts'

/** A mail on its way. What it says is put together when it is sent. */
export interface NewMail {
  readonly kind: MailKind
  readonly recipient: string
  /** Whether it goes to the former owner, for whom the waiting time waits. */
  readonly toOwner: boolean
  readonly transfer: string | null
  /** Whose address was changed. */
  readonly token: string | null
}

export interface MailRow extends NewMail {
  readonly id: number
  readonly createdAt: number
  readonly attempts: number
  readonly sentAt: number | null
  readonly failure: string | null
}

/** Addresses for mail, and the mails that wait to be handed over. */
export interface MailQueue {
  findToken(id: string): Promise<TokenRow | null>
  /** The address of a token. */
  findContact(token: string): Promise<string | null>
  /**
   * Changes the address of a token, and remembers the one before.
   *
   * @param keptSince an address that was replaced since then stays the remembered one, however often it is changed.
   * @returns false where it is this one already.
   */
  setContact(
    token: string,
    mail: string | null,
    at: number,
    keptSince: number,
    mails: readonly NewMail[],
  ): Promise<boolean>

  /** Mails that are to be handed over now, the oldest first. */
  listDueMails(now: number, limit: number): Promise<MailRow[]>
  /** Lets nobody else try a mail before `dueAt`. @returns false where somebody else has begun to. */
  claimMail(mail: Pick<MailRow, 'id' | 'attempts'>, dueAt: number): Promise<boolean>
  /** The last mail to the former owner about an approval lets the waiting time begin. */
  mailSent(id: number, at: number): Promise<void>
  mailFailed(id: number, failure: string): Promise<void>
  listMails(transfers: readonly string[]): Promise<MailRow[]>
  /** Mails that are not handed over, and how many of them were tried in vain. */
  countMails(): Promise<{ readonly queued: number; readonly failing: number }>
  /** Forgets mails that were handed over before `before`, or that are older than it and about nothing that is open. */
  sweepMails(before: number): Promise<void>
}
