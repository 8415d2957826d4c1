import type { Database, NewMail } from '@rbee/registry'
import { and, asc, eq, isNull, lte, type SQL, sql } from 'drizzle-orm'
import type { Connection } from './connection.ts'
import { isIn } from './lists.ts'
import { mails } from './tables.ts'

type MailQueries = Pick<
  Database,
  'listDueMails' | 'claimMail' | 'mailSent' | 'mailFailed' | 'listMails' | 'countMails' | 'sweepMails'
>

/** The mails that wait to be handed over, and those that were. */
export function mailQueries(db: Connection): MailQueries {
  const { id, kind, recipient, toOwner, transfer, token, createdAt, attempts, sentAt, failure } = mails
  const row = { id, kind, recipient, toOwner, transfer, token, createdAt, attempts, sentAt, failure }
  return {
    async listDueMails(now, limit) {
      const [rows] = await db.batch([
        db
          .select(row)
          .from(mails)
          .where(and(isNull(sentAt), lte(mails.dueAt, now)))
          .orderBy(asc(id))
          .limit(limit),
      ])
      return rows
    },
    async claimMail(mail, dueAt) {
      const [claimed] = await db.batch([
        db
          .update(mails)
          .set({ dueAt, attempts: sql`${attempts} + 1` })
          .where(and(eq(id, mail.id), eq(attempts, mail.attempts), isNull(sentAt)))
          .returning({ id }),
      ])
      return claimed.length > 0
    },
    async mailSent(mail, at) {
      await db.batch([
        db
          .update(mails)
          .set({ sentAt: sql`coalesce(${sentAt}, ${at})`, failure: null })
          .where(eq(id, mail)),
        db.run(sql`
          update transfers set counted_at = ${at}
          where status = 'approved' and counted_at is null
            and id = (select transfer from mails where id = ${mail} and kind = 'transfer_approved' and to_owner = 1)
            and not exists (select 1 from mails where transfer = transfers.id and kind = 'transfer_approved'
              and to_owner = 1 and sent_at is null)`),
      ])
    },
    async mailFailed(mail, reason) {
      await db.batch([db.update(mails).set({ failure: reason }).where(eq(id, mail))])
    },
    async listMails(of) {
      const [rows] = await db.batch([db.select(row).from(mails).where(isIn(transfer, of)).orderBy(asc(id))])
      return rows
    },
    async countMails() {
      const [[counts]] = await db.batch([
        db.all<[queued: number, failing: number | null]>(sql`
          select count(*), sum(failure is not null) from mails where sent_at is null`),
      ])
      return { queued: counts?.[0] ?? 0, failing: counts?.[1] ?? 0 }
    },
    async sweepMails(before) {
      await db.batch([
        db.run(sql`
          delete from mails where created_at < ${before} and (
            sent_at < ${before} or sent_at is null and not exists (
              select 1 from transfers where id = mails.transfer and status in ('asked', 'approved')))`),
      ])
    },
  }
}

/** A statement of a larger batch. @param condition that of the whole change. */
export function newMails(db: Connection, list: readonly NewMail[], at: number, condition: SQL) {
  return db.run(sql`
    insert into mails (kind, recipient, to_owner, transfer, token, created_at, due_at)
    select value ->> 'kind', value ->> 'recipient', value ->> 'toOwner', value ->> 'transfer', value ->> 'token',
      ${at}, ${at}
    from json_each(${JSON.stringify(list)}) where ${condition}`)
}

/** What was not sent of a transfer yet is not sent any more: what became of it is told instead. */
export function dropUnsent(db: Connection, of: string, condition: SQL) {
  return db.run(sql`delete from mails where transfer = ${of} and sent_at is null and ${condition}`)
}
