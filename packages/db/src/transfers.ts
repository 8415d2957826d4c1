import type { OwnerFacts, TransferRow, Transfers, WorkerEventRow } from '@rbee/registry'
import {
  and,
  asc,
  desc,
  eq,
  getTableColumns,
  type InferSelectModel,
  isNull,
  or,
  type SQL,
  sql,
} from 'drizzle-orm'
import type { Connection } from './connection.ts'
import { dropUnsent, newMails } from './mails.ts'
import { orphans, releases, tokens, transfers, workers } from './tables.ts'

/** Far more tokens than are made for one worker. */
const TOKENS_OF_WORKER = 100

/**
 * Who asked for which worker, what was decided, and who owns it then. Each statement of a change carries the condition of the
 * whole change, as in `workerChanges`; the last one ends it.
 */
export function transferQueries(db: Connection): Transfers {
  /** Carries an event out together with a change; gives a row exactly when the change was made. */
  const newEvent = (event: WorkerEventRow, condition: SQL) =>
    db.all<[id: number]>(sql`
      insert into worker_events (kind, worker, version, reason, successor, actor, at, owner_from, owner_to)
      select ${event.kind}, ${event.worker}, null, ${event.reason}, null, ${event.actor}, ${event.at},
        ${event.ownerFrom ?? null}, ${event.ownerTo ?? null} where ${condition}
      returning id`)

  return {
    async askTransfer(row, mails, { since, requests }) {
      const isOpen = sql`exists (select 1 from transfers
        where worker = ${row.worker} and asked_by = ${row.askedBy} and status in ('asked', 'approved'))`
      const isTooMany = sql`(select count(*) from transfers
        where asked_by = ${row.askedBy} and asked_at > ${since}) >= ${requests}`
      const [[known], asked] = await db.batch([
        db.all<[isOpen: number]>(sql`select ${isOpen} as is_open`),
        db.all<[id: string]>(sql`
          insert into transfers (id, worker, kind, status, owner_from, owner_to, reason, asked_by, asked_at, objection)
          select ${row.id}, ${row.worker}, ${row.kind}, 'asked', ${row.from}, ${row.to}, ${row.reason},
            ${row.askedBy}, ${row.askedAt}, ${row.objection}
          where not ${isOpen} and not ${isTooMany}
          returning id`),
        newMails(db, mails, row.askedAt, sql`exists (select 1 from transfers where id = ${row.id})`),
      ])
      if (asked.length > 0) return 'asked'
      return known?.[0] === 1 ? 'exists' : 'too_many'
    },
    async findTransfer(id) {
      const [[row]] = await db.batch([db.select().from(transfers).where(eq(transfers.id, id))])
      return row ? transferRow(row) : null
    },
    async listTransfers({ worker, status }, limit) {
      const [rows] = await db.batch([
        db
          .select()
          .from(transfers)
          .where(
            and(
              worker === undefined ? undefined : eq(transfers.worker, worker),
              status === undefined ? undefined : eq(transfers.status, status),
            ),
          )
          .orderBy(desc(transfers.askedAt), desc(transfers.id))
          .limit(limit),
      ])
      return rows.map(transferRow)
    },

    async reviewTransfer(id, { status, review, waitMs, countedAt }, event, mails) {
      const canBe = sql`(exists (select 1 from transfers where id = ${id} and status = 'asked')
        and not (${status} = 'approved' and exists (
          select 1 from transfers where worker = ${event.worker} and status = 'approved')))`
      const [remembered] = await db.batch([
        newEvent(event, canBe),
        dropUnsent(db, id, canBe),
        newMails(db, mails, review.at, canBe),
        db.run(sql`
          update transfers set status = ${status}, reviewed_by = ${review.by}, reviewed_at = ${review.at},
            review = ${review.reason}, wait_ms = ${waitMs}, counted_at = ${countedAt}
          where id = ${id} and ${canBe}`),
      ])
      return remembered.length > 0
    },
    async startWaiting(id, at, event) {
      const waits = sql`exists (
        select 1 from transfers where id = ${id} and status = 'approved' and counted_at is null)`
      const [remembered] = await db.batch([
        newEvent(event, waits),
        db.run(sql`update transfers set counted_at = ${at} where id = ${id} and ${waits}`),
      ])
      return remembered.length > 0
    },
    async cancelTransfer(id, end, event, mails) {
      const isOpen = sql`exists (select 1 from transfers where id = ${id} and status in ('asked', 'approved'))`
      const cancelled = db.all<[id: string]>(sql`
        update transfers set status = 'cancelled', ended_by = ${end.by}, ended_at = ${end.at},
          end_reason = ${end.reason}
        where id = ${id} and ${isOpen} returning id`)
      const dropped = dropUnsent(db, id, isOpen)
      const told = newMails(db, mails, end.at, isOpen)
      if (event === null) return (await db.batch([dropped, told, cancelled]))[2].length > 0
      return (await db.batch([newEvent(event, isOpen), dropped, told, cancelled]))[3].length > 0
    },

    async countWaiting(now, maxStepMs) {
      await db.batch([
        db.run(sql`
          update transfers set waited_ms = waited_ms + max(0, min(${now} - counted_at, ${maxStepMs})),
            counted_at = ${now}
          where status = 'approved' and counted_at is not null`),
      ])
    },
    async listRipeTransfers(limit) {
      const [rows] = await db.batch([
        db
          .select()
          .from(transfers)
          .where(and(eq(transfers.status, 'approved'), sql`counted_at is not null and waited_ms >= wait_ms`))
          .orderBy(asc(transfers.askedAt), asc(transfers.id))
          .limit(limit),
      ])
      return rows.map(transferRow)
    },
    async completeTransfer(id, completion, end, event, mails) {
      const { worker } = event
      const holds = sql`exists (${stillHolds(id, end.at)})`
      const isThisCall = sql`exists (select 1 from transfers where id = ${id} and completion = ${completion})`
      const [remembered] = await db.batch([
        newEvent(event, holds),
        db.run(sql`insert into due (worker) select ${worker} where ${holds}`),
        dropUnsent(db, id, holds),
        newMails(db, mails, end.at, holds),
        db.run(sql`
          update transfers set status = 'done', ended_by = ${end.by}, ended_at = ${end.at},
            end_reason = ${end.reason}, completion = ${completion}
          where id = ${id} and ${holds}`),
        // From here on `holds` is false, because the transfer is done.
        db.run(sql`
          update workers set owner = (select owner_to from transfers where id = ${id})
          where id = ${worker} and ${isThisCall}`),
        db.run(sql`
          update tokens set revoked_at = coalesce(revoked_at, ${end.at})
          where worker = ${worker} and 'token:' || id <> (select owner_to from transfers where id = ${id})
            and ${isThisCall}`),
        // What the former owner allowed to publish must not go on to.
        db.run(sql`delete from trusted_publishers where worker = ${worker} and ${isThisCall}`),
        db.run(sql`delete from tokens_refused where worker = ${worker} and ${isThisCall}`),
        db.run(sql`delete from orphans where worker = ${worker} and ${isThisCall}`),
      ])
      return remembered.length > 0
    },

    async ownerFacts(id) {
      const { hash: _hash, ...columns } = getTableColumns(tokens)
      const [found, [orphan], rows] = await db.batch([
        db.select({ id: workers.id }).from(workers).where(eq(workers.id, id)),
        db.select({ reason: orphans.reason, at: orphans.at }).from(orphans).where(eq(orphans.worker, id)),
        db
          .select(columns)
          .from(tokens)
          .where(
            // Runs of trusted workflows own nothing.
            and(
              isNull(tokens.publisher),
              or(
                eq(tokens.worker, id),
                sql`'token:' || ${tokens.id} = (select owner from workers where id = ${id})`,
                sql`exists (select 1 from workers where id = ${id} and owner like 'catalog:%') and ${tokens.id} in (
                select ${releases.publishedBy} from ${releases} where ${releases.worker} = ${id})`,
              ),
            ),
          )
          .orderBy(desc(tokens.createdAt))
          .limit(TOKENS_OF_WORKER),
      ])
      const facts: OwnerFacts = { tokens: rows, orphaned: orphan ?? null }
      return found.length > 0 ? facts : null
    },
    async setOrphaned(worker, orphaned) {
      if (orphaned === null) {
        const [gone] = await db.batch([
          db.delete(orphans).where(eq(orphans.worker, worker)).returning({ worker: orphans.worker }),
        ])
        return gone.length > 0
      }
      const [said] = await db.batch([
        db.all<[worker: string]>(sql`
          insert into orphans (worker, reason, actor, at)
          select id, ${orphaned.reason}, ${orphaned.by}, ${orphaned.at} from workers where id = ${worker}
          on conflict (worker) do update set reason = excluded.reason, actor = excluded.actor, at = excluded.at
            where reason <> excluded.reason
          returning worker`),
      ])
      return said.length > 0
    },
  }
}

/**
 * The transfer, where the worker may change its owner now: it was approved and has waited, and what staff approved is still
 * so. `whyVoid` of the registry says which of these does not hold.
 */
function stillHolds(id: string, now: number): SQL {
  return sql`
    select 1 from transfers as t
    join workers as w on w.id = t.worker and w.owner = t.owner_from
    where t.id = ${id} and t.status = 'approved' and t.counted_at is not null and t.waited_ms >= t.wait_ms
      and (t.owner_to = 'operator' or exists (
        select 1 from tokens as k where 'token:' || k.id = t.owner_to and k.scope = 'publish'
          and k.revoked_at is null and (k.expires_at is null or k.expires_at > ${now})
          and (k.worker is null or k.worker = t.worker)))
      and not exists (select 1 from tokens as k where k.id = t.asked_by and k.revoked_at is not null)
      and not exists (select 1 from recipes as r where r.worker = t.worker)
      and not exists (select 1 from releases as r where r.worker = t.worker and (
        r.quarantined is not null and coalesce(r.quarantined_at, r.published_at) > t.reviewed_at
        or t.kind = 'adoption' and r.published_at > t.asked_at))`
}

function transferRow(row: InferSelectModel<typeof transfers>): TransferRow {
  const { reviewedBy, reviewedAt, review, endedBy, endedAt, endReason, completion: _, ...rest } = row
  return {
    ...rest,
    review: decision(reviewedBy, reviewedAt, review),
    end: decision(endedBy, endedAt, endReason),
  }
}

function decision(by: string | null, at: number | null, reason: string | null) {
  return by === null || at === null || reason === null ? null : { by, at, reason }
}
