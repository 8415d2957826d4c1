import type { Database } from '@rbee/registry'
import { and, asc, eq, getTableColumns, gt, type SQL, sql } from 'drizzle-orm'
import type { Connection } from './connection.ts'
import { licenseSeats } from './tables.ts'

type SeatQueries = Pick<Database, 'claimSeat' | 'releaseSeat' | 'listSeats'>

/** Which machines use a licence. */
export function seatQueries(db: Connection): SeatQueries {
  const { releasedAt: _, ...row } = getTableColumns(licenseSeats)
  const countUsed = (license: string, now: number) =>
    db.all<[used: number]>(
      sql`select count(*) from license_seats where license = ${license} and ${isUsed(license, now)}`,
    )
  return {
    async claimSeat({ license, fingerprint, label, seenAt, leaseEndsAt, takesNew, seatsMax }) {
      const own = sql`license = ${license} and fingerprint = ${fingerprint}`
      const used = isUsed(license, seenAt)
      const others = sql`(select count(*) from license_seats
        where license = ${license} and fingerprint <> ${fingerprint} and ${used})`
      const hasOwn = sql`exists (select 1 from license_seats where ${own} and ${used})`
      const [, , [seat], [counted], [released]] = await db.batch([
        // Nobody has these any more: machines come and go, and their names need not stay.
        db.run(sql`
          delete from license_seats where license = ${license} and lease_ends_at <= ${seenAt}
            and exists (select 1 from licenses where id = ${license} and floating)`),
        db.run(sql`
          insert into license_seats (license, fingerprint, label, activated_at, seen_at, lease_ends_at)
          select id, ${fingerprint}, ${label}, ${seenAt}, ${seenAt}, ${leaseEndsAt} from licenses
          where id = ${license} and revoked_at is null and (expires_at is null or expires_at > ${seenAt})
            and (${takesNew ? 1 : 0} or floating or ${hasOwn})
            and ${others} < coalesce(seats, ${seatsMax})
          on conflict (license, fingerprint) do update set
            label = coalesce(excluded.label, label),
            activated_at = case when released_at is null then activated_at else excluded.activated_at end,
            seen_at = excluded.seen_at, lease_ends_at = excluded.lease_ends_at, released_at = null`),
        db.select(row).from(licenseSeats).where(sql`${own} and seen_at = ${seenAt} and ${used}`),
        countUsed(license, seenAt),
        db.all<[at: number]>(
          sql`select released_at from license_seats where ${own} and released_at is not null`,
        ),
      ])
      return { seat: seat ?? null, used: counted?.[0] ?? 0, releasedAt: released?.[0] ?? null }
    },

    async releaseSeat({ license, fingerprint }, by, now) {
      const own = sql`license = ${license} and fingerprint = ${fingerprint}`
      const removed = sql`delete from license_seats where ${own} and ${isUsed(license, now)}`
      const isFloating = sql`exists (select 1 from licenses where id = ${license} and floating)`
      const [[found], , , [counted]] = await db.batch([
        db.all<[found: number]>(sql`select 1 from license_seats where ${own} and ${isUsed(license, now)}`),
        db.run(sql`
          update license_seats set released_at = ${now}
          where ${own} and ${isUsed(license, now)} and ${by === 'operator' ? 1 : 0} and not ${isFloating}`),
        db.run(removed),
        countUsed(license, now),
      ])
      return { released: found !== undefined, used: counted?.[0] ?? 0 }
    },

    async listSeats(license, now, { limit, after = '' }) {
      const [rows, [counted]] = await db.batch([
        db
          .select(row)
          .from(licenseSeats)
          .where(
            and(eq(licenseSeats.license, license), gt(licenseSeats.fingerprint, after), isUsed(license, now)),
          )
          .orderBy(asc(licenseSeats.fingerprint))
          .limit(limit + 1),
        countUsed(license, now),
      ])
      const seats = rows.slice(0, limit)
      const next = rows.length > limit ? (seats.at(-1)?.fingerprint ?? null) : null
      return { seats, used: counted?.[0] ?? 0, next }
    },
  }
}

/** Whether a seat counts: it was not taken away, and a floating one still has its lease. */
function isUsed(license: string, now: number): SQL {
  return sql`(released_at is null and (lease_ends_at > ${now}
    or not exists (select 1 from licenses where id = ${license} and floating)))`
}
