import type { LogEntries, LogRow } from '@rbee/registry'
import { asc, eq, gte, isNull, type SQL, sql } from 'drizzle-orm'
import type { Connection } from './connection.ts'
import { eventOf } from './events.ts'
import { logEntries, releaseBodies, releases, workerEvents } from './tables.ts'
import { releaseRow } from './workers.ts'

type LogQueries = Omit<LogEntries, 'saveRegistryEvents' | 'listUnloggedRegistryEvents' | 'listRegistryLog'>

/** The transparency log and what still has no place in it. */
export function logQueries(db: Connection): LogQueries {
  const { sequence, kind, worker, version, body } = logEntries
  return {
    async listUnloggedReleases(limit) {
      const chosen = db
        .select()
        .from(releases)
        .where(isNull(releases.logged))
        .orderBy(asc(releases.publishedAt), asc(releases.worker), asc(releases.version))
        .limit(limit)
      const parts = db
        .select()
        .from(releaseBodies)
        .where(
          sql`(${releaseBodies.worker}, ${releaseBodies.version}) in (
            select worker, version from releases where logged is null order by published_at, worker, version limit ${limit})`,
        )
        .orderBy(asc(releaseBodies.part))
      const [rows, bodies] = await db.batch([chosen, parts])
      const partsOf = Map.groupBy(bodies, (part) => `${part.worker} ${part.version}`)
      return rows.map((row) => releaseRow(row, partsOf.get(`${row.worker} ${row.version}`) ?? []))
    },
    async listUnloggedEvents(limit) {
      const [rows] = await db.batch([
        db
          .select()
          .from(workerEvents)
          .where(sql`${workerEvents.id} > ${LAST_EVENT}`)
          .orderBy(asc(workerEvents.id))
          .limit(limit),
      ])
      return rows.map(eventOf)
    },
    async appendLog(entries) {
      if (entries.length === 0) return
      const list = JSON.stringify(entries)
      await db.batch([appended(db, list), markLogged(db, list), markEventsLogged(db, list)])
    },
    async logSize() {
      const [[row]] = await db.batch([db.all<[size: number]>(sql`select ${SIZE} as size`)])
      return row?.[0] ?? 0
    },
    async readLog(from, limit) {
      const [rows] = await db.batch([
        db
          .select({ sequence, kind, worker, version, body })
          .from(logEntries)
          .where(gte(sequence, from))
          .orderBy(asc(sequence))
          .limit(limit),
      ])
      return rows
    },
    async listWorkerLog(id) {
      const [rows] = await db.batch([
        db
          .select({ sequence, kind, worker, version, body })
          .from(logEntries)
          .where(eq(worker, id))
          .orderBy(asc(sequence)),
      ])
      return rows
    },
    async restoreLog(rows: readonly LogRow[]) {
      if (rows.length === 0) return
      const list = JSON.stringify(rows)
      await db.batch([
        db.run(sql`
          insert into log_entries (sequence, kind, worker, version, body)
          select value ->> 'sequence', value ->> 'kind', value ->> 'worker', value ->> 'version', value ->> 'body'
          from json_each(${list}) where true
          on conflict (sequence) do nothing`),
        markLogged(db, list),
      ])
    },
    async moveLog(from, places) {
      // In two steps, because each place on the way may be taken until its own row has moved.
      await db.batch([
        db.run(sql`update log_entries set sequence = -1 - sequence where sequence >= ${from}`),
        db.run(sql`update log_entries set sequence = -1 - sequence + ${places} where sequence < 0`),
      ])
    },
  }
}

const SIZE = sql.raw('coalesce((select max(sequence) + 1 from log_entries), 0)')
/** Events are numbered in the order in which they were stored, so that those behind the last are the ones without a place. */
const LAST_EVENT = sql.raw('coalesce((select max(event) from log_entries), 0)')

/** @param list new entries as JSON: one bound value, however many they are. */
function appended(db: Connection, list: string) {
  return db.run(sql`
    insert into log_entries (sequence, kind, worker, version, event, body)
    select ${SIZE} + row_number() over (order by key) - 1, value ->> 'kind', value ->> 'worker',
      value ->> 'version', value ->> 'event', value ->> 'body'
    from json_each(${list})
    where not ${IS_LOGGED}`)
}

/** Whether what an entry tells of has its place. Entries of nothing that is stored are always new. */
const IS_LOGGED: SQL = sql.raw(`(
  value ->> 'registryEvent' is not null and exists (
    select 1 from registry_events where id = value ->> 'registryEvent' and logged = 1) or
  value ->> 'kind' = 'publish' and exists (
    select 1 from log_entries as known where known.worker = value ->> 'worker'
      and known.version = value ->> 'version' and known.kind = 'publish')
  or value ->> 'event' is not null and value ->> 'event' <= coalesce((select max(event) from log_entries), 0))`)

function markLogged(db: Connection, list: string) {
  return db.run(sql`
    update releases set logged = 1
    where logged is null and (worker, version) in (
      select value ->> 'worker', value ->> 'version' from json_each(${list}) where value ->> 'kind' = 'publish')`)
}

function markEventsLogged(db: Connection, list: string) {
  return db.run(sql`
    update registry_events set logged = 1
    where id in (select value ->> 'registryEvent' from json_each(${list}))`)
}
