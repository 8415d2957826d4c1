import type { Database, NumberedEvent, QuarantinedRow, StandingEventRow } from '@rbee/registry'
import { type StandingEventKind, sha256Schema } from '@rbee/schema'
import { desc, eq, type InferSelectModel, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Connection } from './connection.ts'
import { deprecations, workerEvents } from './tables.ts'

type EventQueries = Pick<Database, 'saveEvent' | 'listEvents' | 'listQuarantined' | 'restoreDeprecation'>

/** What happens to releases and workers after they were published. */
export function eventQueries(db: Connection): EventQueries {
  return {
    async saveEvent(event) {
      const { needed, change } = effectOf(event)
      const { kind, worker, version, reason, successor, actor, at } = event
      const [remembered] = await db.batch([
        db.all<[id: number]>(sql`
          insert into worker_events (kind, worker, version, reason, successor, actor, at)
          select ${kind}, ${worker}, ${version}, ${reason}, ${successor}, ${actor}, ${at} where ${needed}
          returning id`),
        db.run(sql`insert into due (worker) select ${worker} where ${needed}`),
        // Last, because from here on the condition of the others is false.
        db.run(sql`${change} and ${needed}`),
      ])
      return remembered.length > 0
    },
    async listEvents(worker, limit) {
      const [events] = await db.batch([
        db
          .select()
          .from(workerEvents)
          .where(eq(workerEvents.worker, worker))
          .orderBy(desc(workerEvents.id))
          .limit(limit),
      ])
      return events.map((row) => eventOf(row).event)
    },
    async listQuarantined(limit) {
      const [rows, counts] = await db.batch([
        db.all<QuarantinedValues>(sql`
          select worker, version, quarantined, coalesce(quarantined_at, published_at) as quarantined_since,
            (select json_group_array(release_archives.sha256) from release_artifacts
              join release_archives on release_archives.artifact = release_artifacts.id
              where release_artifacts.worker = releases.worker
                and release_artifacts.version = releases.version) as archives
          from releases where quarantined is not null
          order by quarantined_since desc, worker, version limit ${limit}`),
        db.all<[count: number]>(sql`select count(*) as count from releases where quarantined is not null`),
      ])
      return { releases: rows.map(quarantinedRow), total: counts[0]?.[0] ?? 0 }
    },
    async restoreDeprecation(worker, deprecation) {
      await db.batch([
        db
          .insert(deprecations)
          .values({ worker, ...deprecation })
          .onConflictDoNothing({ target: deprecations.worker }),
      ])
    },
  }
}

export function eventOf(row: InferSelectModel<typeof workerEvents>): NumberedEvent {
  const { id, ownerFrom, ownerTo, ...event } = row
  return { id, event: ownerTo === null ? event : { ...event, ownerFrom, ownerTo } }
}

type QuarantinedValues = [
  worker: QuarantinedRow['worker'],
  version: QuarantinedRow['version'],
  reason: string,
  at: number,
  archives: string,
]

const archivesSchema = z.array(sha256Schema)

function quarantinedRow([worker, version, reason, at, archives]: QuarantinedValues): QuarantinedRow {
  return { worker, version, reason, at, archives: archivesSchema.parse(JSON.parse(archives)) }
}

/** What an event changes, as a statement that ends in a condition, and when there is anything to change. */
interface Effect {
  readonly needed: SQL
  readonly change: SQL
}

function effectOf(event: StandingEventRow): Effect {
  const { worker, reason, successor, at } = event
  const { kind } = event
  switch (kind) {
    case 'deprecate':
      return {
        needed: sql`(exists (select 1 from workers where id = ${worker}) and not exists (
          select 1 from deprecations where worker = ${worker} and reason = ${reason} and successor is ${successor}))`,
        change: sql`
          insert or replace into deprecations (worker, reason, successor, at)
          select ${worker}, ${reason}, ${successor}, ${at} where true`,
      }
    case 'undeprecate':
      return {
        needed: sql`exists (select 1 from deprecations where worker = ${worker})`,
        change: sql`delete from deprecations where worker = ${worker}`,
      }
    case 'yank':
    case 'quarantine':
    case 'confirm_security_fix':
      return effectOnRelease(event, RELEASE_STATES[kind], reason)
    case 'unyank':
    case 'release_quarantine':
    case 'withdraw_security_fix':
      return effectOnRelease(event, RELEASE_STATES[kind], null)
  }
}

interface ReleaseState {
  readonly reason: string
  /** The column that says since when. */
  readonly since: string | null
}

const YANKED: ReleaseState = { reason: 'yanked', since: 'yanked_at' }
const QUARANTINED: ReleaseState = { reason: 'quarantined', since: 'quarantined_at' }
const SECURITY_FIX: ReleaseState = { reason: 'security_fix', since: null }

const RELEASE_STATES = {
  yank: YANKED,
  unyank: YANKED,
  quarantine: QUARANTINED,
  release_quarantine: QUARANTINED,
  confirm_security_fix: SECURITY_FIX,
  withdraw_security_fix: SECURITY_FIX,
} as const satisfies Partial<Record<StandingEventKind, ReleaseState>>

/** A release that stands so already keeps the time since when it does, also when the reason is another one. */
function effectOnRelease(
  { worker, version, at }: StandingEventRow,
  { reason, since }: ReleaseState,
  value: string | null,
): Effect {
  const column = sql.identifier(reason)
  const time = since === null ? null : sql.identifier(since)
  const times =
    time === null ? sql`` : value === null ? sql`, ${time} = null` : sql`, ${time} = coalesce(${time}, ${at})`
  return {
    needed: sql`exists (
      select 1 from releases where worker = ${worker} and version = ${version} and ${column} is not ${value})`,
    change: sql`
      update releases set ${column} = ${value}${times} where worker = ${worker} and version = ${version}`,
  }
}
