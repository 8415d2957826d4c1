import type { NeededNames } from '@rbee/registry'
import { type NeedKind, needKindSchema, type WorkerId } from '@rbee/schema'
import { type SQL, sql } from 'drizzle-orm'
import type { Connection } from './connection.ts'

export function neededNameQueries(db: Connection): NeededNames {
  return {
    async saveNeeds(workers) {
      const about = JSON.stringify(workers.map(({ worker, revision }) => [worker, revision]))
      const needs = JSON.stringify(
        workers.flatMap(({ worker, needs }) => needs.map(({ name, kind }) => [name, worker, kind])),
      )
      const [removed, added] = await db.batch([
        db.all<[one: number]>(sql`
          delete from worker_needs
          where worker in (${current(about)}) and not exists (
            select 1 from json_each(${needs}) as need
            where need.value ->> 0 = worker_needs.name and need.value ->> 1 = worker_needs.worker
              and need.value ->> 2 = worker_needs.kind
          )
          returning 1`),
        db.all<[one: number]>(sql`
          insert into worker_needs (name, worker, kind)
          select need.value ->> 0, need.value ->> 1, need.value ->> 2 from json_each(${needs}) as need
          where need.value ->> 1 in (${current(about)})
          on conflict do nothing
          returning 1`),
      ])
      return removed.length + added.length > 0
    },
    async listDependents(worker, limit, after) {
      const [rows, [count]] = await db.batch([
        db.all<[worker: WorkerId, kinds: string]>(sql`
          select worker_needs.worker, group_concat(distinct worker_needs.kind) ${from(worker)}
          and worker_needs.worker > ${after ?? ''}
          group by worker_needs.worker order by worker_needs.worker limit ${limit}`),
        db.all<[total: number]>(sql`select count(distinct worker_needs.worker) ${from(worker)}`),
      ])
      return {
        dependents: rows.map(([worker, kinds]) => ({ worker, kinds: inOrder(kinds) })),
        total: count?.[0] ?? 0,
      }
    },
  }
}

/** Of the workers in a list with revisions, those of which the index knows nothing newer. */
function current(about: string): SQL {
  return sql`
    select about.value ->> 0 from json_each(${about}) as about
    where not exists (
      select 1 from search_workers as known
      where known.worker = about.value ->> 0 and known.until is null and known.revision > about.value ->> 1
    )`
}

function from(worker: WorkerId): SQL {
  return sql`
    from names join worker_needs on worker_needs.name = names.name
    where names.worker = ${worker} and worker_needs.worker <> ${worker}`
}

function inOrder(kinds: string): NeedKind[] {
  const found = new Set(kinds.split(','))
  return needKindSchema.options.filter((kind) => found.has(kind))
}
