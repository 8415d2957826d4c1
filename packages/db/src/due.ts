import type { Database } from '@rbee/registry'
import { asc, countDistinct, gt, max, sql } from 'drizzle-orm'
import type { Connection } from './connection.ts'
import { isIn } from './lists.ts'
import { due } from './tables.ts'

type DueQueries = Pick<Database, 'listDue' | 'dueRevisions' | 'countDue' | 'markAllDue' | 'clearDue'>

/** Marks in one bound parameter, far below D1's largest value. */
const LIST_LENGTH = 5_000

/** The marks of workers whose documents are older than their rows. */
export function dueQueries(db: Connection): DueQueries {
  return {
    async listDue(limit, after) {
      const [marks] = await db.batch([
        db
          .select({ worker: due.worker, revision: max(due.revision) })
          .from(due)
          .where(after === undefined ? undefined : gt(due.worker, after))
          .groupBy(due.worker)
          .orderBy(asc(due.worker))
          .limit(limit),
      ])
      return marks.flatMap(({ worker, revision }) => (revision === null ? [] : [{ worker, revision }]))
    },
    async dueRevisions(workers) {
      const [marks] = await db.batch([
        db
          .select({ worker: due.worker, revision: max(due.revision) })
          .from(due)
          .where(isIn(due.worker, workers))
          .groupBy(due.worker),
      ])
      return new Map(
        marks.flatMap(({ worker, revision }) => (revision === null ? [] : [[worker, revision] as const])),
      )
    },
    async countDue() {
      const [[row]] = await db.batch([db.select({ count: countDistinct(due.worker) }).from(due)])
      return row?.count ?? 0
    },
    async markAllDue() {
      await db.batch([db.run(sql`insert into due (worker) select id from workers`)])
    },
    async clearDue(marks) {
      for (let start = 0; start < marks.length; start += LIST_LENGTH) {
        const list = JSON.stringify(marks.slice(start, start + LIST_LENGTH))
        await db.batch([
          db.run(sql`
            delete from due where revision in (
              select due.revision from json_each(${list}) as mark
              join due on due.worker = mark.value ->> 'worker' and due.revision <= mark.value ->> 'revision')`),
        ])
      }
    },
  }
}
