import type { FiledWorker, SearchIndex } from '@rbee/registry'
import type { WorkerId } from '@rbee/schema'
import { FLAGS } from '@rbee/search'
import { type SQL, sql } from 'drizzle-orm'
import type { Connection } from '../connection.ts'

type FiledTuple = [
  key: string,
  worker: WorkerId,
  name: string,
  publisher: string | null,
  standing: FiledWorker['standing'],
  createdAt: number,
  isLookAlike: number,
]

/** Keys of names, as the partial index has them. */
const isName = sql`key >= 'name ' and key < 'name!'`

/** What is filed under some keys, with the current row of each worker. */
function filedUnder(keys: readonly string[]): SQL {
  return sql`
    select filed.key, alike.worker, current.name, alike.publisher, alike.standing, alike.created_at,
      (current.flags & ${FLAGS.lookAlike}) <> 0 as marked
    from search_alike_keys as filed
    join search_alike as alike on alike.number = filed.number
    join search_workers as current on current.worker = alike.worker and current.until is null
    where filed.key in (select value from json_each(${JSON.stringify(keys)})) and alike.standing is not null`
}

export function filedLikeQueries(
  db: Connection,
): Pick<SearchIndex, 'findAlike' | 'findNamesakes' | 'listIndexedNames'> {
  return {
    async findAlike(keys) {
      const [rows] = await db.batch([
        db.all<FiledTuple>(sql`
          select * from (${filedUnder(keys)}) where not (${isName}) or standing > 0`),
      ])
      return rows.map(filedWorker)
    },
    async findNamesakes(keys) {
      const [rows] = await db.batch([
        db.all<FiledTuple>(sql`
          select * from (
            with namesakes as materialized (${filedUnder(keys)}),
            guarded as materialized (select * from namesakes where standing > 0)
            select * from namesakes as one
            where standing < 2 and marked <> exists (
              select 1 from guarded as other
              where other.key = one.key and other.worker <> one.worker and other.publisher is not one.publisher
                and (other.standing = 2 or other.created_at < one.created_at)))`),
      ])
      return rows.map(filedWorker)
    },
    async listIndexedNames(workers) {
      const [rows] = await db.batch([
        db.all<[string]>(sql`
          select distinct name from search_workers
          where worker in (select value from json_each(${JSON.stringify(workers)}))`),
      ])
      return rows.map(([name]) => name)
    },
  }
}

function filedWorker([key, worker, name, publisher, standing, createdAt, marked]: FiledTuple) {
  return { key, worker, name, publisher, standing, createdAt, isLookAlike: marked === 1 }
}

/** Whether the entry of the list is the one that is found: one that was passed over for a newer one changes nothing. */
const isCurrent = sql`exists (
  select 1 from search_workers as current
  where current.worker = one.value ->> 'worker' and current.until is null
    and current.digest = one.value ->> 'digest')`

const isGone = sql`not exists (
  select 1 from search_workers as current
  where current.worker = one.value ->> 'worker' and current.until is null)`

/** Files entries, and forgets those that are gone; their ids stay under their keys. */
export function fileAlike(db: Connection, all: string, present: string) {
  return [
    db.run(sql`
      insert into search_alike (worker, publisher, standing, created_at)
      select one.value ->> 'worker', one.value ->> 'proven', one.value ->> 'standing', one.value ->> 'createdAt'
      from json_each(${present}) as one where ${isCurrent}
      on conflict (worker) do update set
        publisher = excluded.publisher, standing = excluded.standing, created_at = excluded.created_at`),
    db.run(sql`
      update search_alike set standing = null
      where worker in (select one.value ->> 'worker' from json_each(${all}) as one where ${isGone})`),
    db.run(sql`
      delete from search_alike_keys where ${isName} and number in (
        select alike.number from json_each(${all}) as one
        join search_alike as alike on alike.worker = one.value ->> 'worker'
        where ${isCurrent} or ${isGone})`),
    db.run(sql`
      insert into search_alike_keys (key, number)
      select filed.value, alike.number
      from json_each(${present}) as one
      join search_alike as alike on alike.worker = one.value ->> 'worker',
      json_each(one.value, '$.filed') as filed where ${isCurrent}
      on conflict do nothing`),
  ] as const
}
