import type { Database, RegistryEvent } from '@rbee/registry'
import { and, asc, eq, isNull, type SQL, sql } from 'drizzle-orm'
import type { Connection } from './connection.ts'
import { logEntries, registryEvents } from './tables.ts'

type RegistryEventQueries = Pick<
  Database,
  'saveRegistryEvents' | 'listUnloggedRegistryEvents' | 'listRegistryLog'
>

/** What staff did and what became of the registry's own keys, until the log has it. */
export function registryEventQueries(db: Connection): RegistryEventQueries {
  const { sequence, kind, worker, version, body } = logEntries
  return {
    async saveRegistryEvents(events) {
      if (events.length > 0) await db.batch([newEvents(db, events, sql`true`)])
    },
    async listUnloggedRegistryEvents(limit) {
      const [rows] = await db.batch([
        db
          .select({ id: registryEvents.id, body: registryEvents.body })
          .from(registryEvents)
          .where(isNull(registryEvents.logged))
          .orderBy(asc(registryEvents.id))
          .limit(limit),
      ])
      return rows
    },
    async listRegistryLog(wanted) {
      const [rows] = await db.batch([
        db
          .select({ sequence, kind, worker, version, body })
          .from(logEntries)
          .where(and(isNull(worker), eq(kind, wanted)))
          .orderBy(asc(sequence)),
      ])
      return rows
    },
  }
}

/** A statement of a larger batch. @param condition that of the whole change. */
export function newEvents(db: Connection, events: readonly RegistryEvent[], condition: SQL) {
  return db.run(sql`
    insert into registry_events (name, body)
    select value ->> 'name', value ->> 'body' from json_each(${JSON.stringify(events)}) where ${condition}
    on conflict (name) do nothing`)
}
