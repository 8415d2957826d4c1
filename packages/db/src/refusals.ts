import type { Database } from '@rbee/registry'
import { findingSchema } from '@rbee/schema'
import { and, asc, eq, sql } from 'drizzle-orm'
import type { Connection } from './connection.ts'
import { isIn } from './lists.ts'
import { refusals } from './tables.ts'

type RefusalQueries = Pick<
  Database,
  'saveRefusals' | 'listRefusals' | 'removeRefusals' | 'listShakenCatalogs'
>

/** Ids in one bound parameter, far below D1's largest value. */
const LIST_LENGTH = 5_000

/** What the registry's `blockerState` makes of rows. */
const CURRENT_STATE = sql.raw(`(
  select workers.source || ' ' || coalesce(recipes.catalog, '') || ' ' || coalesce(recipes.hash, '')
  from workers left join recipes on recipes.worker = workers.id where workers.id = refusals.blocker)`)

/** Entries that were refused, and what would have to change for them to be judged again. */
export function refusalQueries(db: Connection): RefusalQueries {
  return {
    async saveRefusals(catalog, rows) {
      if (rows.length === 0) return
      const list = rows.map(({ worker, hash, rules, blocker, finding }) => ({
        worker,
        hash,
        rules,
        blocker: blocker?.worker ?? null,
        state: blocker?.state ?? null,
        body: JSON.stringify(finding),
      }))
      await db.batch([
        db.run(sql`
          insert into refusals (catalog, worker, hash, rules, blocker, blocker_state, body)
          select ${catalog}, value ->> 'worker', value ->> 'hash', value ->> 'rules', value ->> 'blocker',
            value ->> 'state', value ->> 'body'
          from json_each(${JSON.stringify(list)}) where true
          on conflict (catalog, worker) do update set hash = excluded.hash, rules = excluded.rules,
            blocker = excluded.blocker, blocker_state = excluded.blocker_state, body = excluded.body`),
      ])
    },
    async listRefusals(catalog) {
      const [rows] = await db.batch([
        db
          .select({ row: refusals, current: sql<string | null>`${CURRENT_STATE}` })
          .from(refusals)
          .where(eq(refusals.catalog, catalog))
          .orderBy(asc(refusals.worker)),
      ])
      return rows.map(({ row, current }) => ({
        worker: row.worker,
        hash: row.hash,
        rules: row.rules,
        blocker: row.blocker === null ? null : { worker: row.blocker, state: row.blockerState },
        finding: findingSchema.parse(row.body),
        stands: row.blocker === null || row.blockerState === current,
      }))
    },
    async removeRefusals(catalog, gone) {
      for (let start = 0; start < gone.length; start += LIST_LENGTH) {
        const chosen = isIn(refusals.worker, gone.slice(start, start + LIST_LENGTH))
        await db.batch([db.delete(refusals).where(and(eq(refusals.catalog, catalog), chosen))])
      }
    },
    async listShakenCatalogs() {
      const [rows] = await db.batch([
        db.all<[catalog: string]>(sql`
          select distinct catalog from refusals
          where blocker is not null and blocker_state is not ${CURRENT_STATE}`),
      ])
      return rows.map(([catalog]) => catalog)
    },
  }
}
