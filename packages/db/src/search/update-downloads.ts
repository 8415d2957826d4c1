import { sql } from 'drizzle-orm'
import type { Connection } from '../connection.ts'

/** The words stay under their number; the row ends and goes on with other downloads. */
export function updateDownloads(db: Connection, workers: string, now: number) {
  const changed = sql`
    select search_workers.worker from json_each(${workers}) as one
    join search_workers on search_workers.worker = one.value and until is null
    join downloads_by_worker as counted on counted.worker = one.value
    where counted.downloads <> search_workers.downloads`
  return [
    db.all<[number]>(sql`
      update search_state set changed = max(changed + 1, ${now}) where exists (${changed}) returning changed`),
    db.run(sql`
      update search_workers set
        until = (select changed from search_state), changed = (select changed from search_state)
      where until is null and worker in (${changed})`),
    db.run(sql`
      insert into search_workers
        (doc, worker, revision, digest, since, changed, name, labels, published_at, downloads, flags, publisher, fit)
      select
        doc, former.worker, revision, digest, until, until, name, labels, published_at,
        counted.downloads, flags, publisher, fit
      from json_each(${workers}) as one
      join search_workers as former on former.worker = one.value
        and former.until = (select changed from search_state)
      join downloads_by_worker as counted on counted.worker = one.value
      where not exists (
        select 1 from search_workers as current where current.worker = one.value and current.until is null)
        and counted.downloads <> former.downloads`),
  ] as const
}
