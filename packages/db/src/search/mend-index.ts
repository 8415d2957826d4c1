import type { SearchIndex } from '@rbee/registry'
import type { WorkerId } from '@rbee/schema'
import { sql } from 'drizzle-orm'
import type { Connection } from '../connection.ts'

type MendQueries = Pick<
  SearchIndex,
  'resetIndex' | 'isIndexLost' | 'markIndexLost' | 'listUnindexed' | 'listIndexedWorkers'
>

/** What is done where words are lost. Rows stay, so that lists without words go on; a row without a digest is written anew. */
export function mendQueries(db: Connection): MendQueries {
  return {
    async resetIndex() {
      await db.batch([
        db.run(sql`insert into search_words (search_words) values ('delete-all')`),
        db.run(sql`insert into search_heads (search_heads) values ('delete-all')`),
        db.run(sql`update search_workers set digest = '' where until is null`),
        db.run(sql`update search_state set lost = 1`),
      ])
    },
    async isIndexLost() {
      const [[row]] = await db.batch([
        db.all<[number]>(sql`
          select lost = 1 or (
            not exists (select 1 from search_workers)
            and (exists (select 1 from recipes) or exists (select 1 from releases)))
          from search_state`),
      ])
      return row?.[0] === 1
    },
    async markIndexLost(isLost) {
      await db.batch([db.run(sql`update search_state set lost = ${isLost ? 1 : 0}`)])
    },
    async listUnindexed(after, limit) {
      const [rows] = await db.batch([
        db.all<[WorkerId]>(sql`
          select id from workers
          where id > ${after ?? ''}
            and not exists (
              select 1 from search_workers where worker = workers.id and until is null and digest <> '')
            and (exists (select 1 from recipes where worker = workers.id)
              or exists (select 1 from releases where worker = workers.id))
          order by id limit ${limit}`),
      ])
      return rows.map(([id]) => id)
    },
    async listIndexedWorkers(after, limit) {
      const [rows] = await db.batch([
        db.all<[WorkerId]>(sql`
          select worker from search_workers
          where until is null and worker > ${after ?? ''} order by worker limit ${limit}`),
      ])
      return rows.map(([worker]) => worker)
    },
  }
}
