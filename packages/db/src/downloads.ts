import type { DownloadCounts, RisingRules } from '@rbee/registry'
import type { WorkerId } from '@rbee/schema'
import { and, asc, desc, eq, gte, lt, max, ne, type SQL, sql, sum } from 'drizzle-orm'
import type { Connection } from './connection.ts'
import {
  downloadMarks,
  downloadsByDay,
  downloadsByWorker,
  downloadsByWorkerDay,
  releaseArtifacts,
} from './tables.ts'

/** Marks that are counted together, in one bound parameter far below D1's largest value. */
const MARKS_AT_ONCE = 5_000

export function downloadQueries(db: Connection): DownloadCounts {
  return {
    async countDownloads(marks, now) {
      for (let start = 0; start < marks.length; start += MARKS_AT_ONCE) {
        const json = JSON.stringify(marks.slice(start, start + MARKS_AT_ONCE))
        await db.batch([
          insertMarks(db, json),
          ...addUncounted(db, now),
          db.run(sql`update download_marks set counted = 1 where counted = 0`),
        ])
      }
    },
    async adoptArtifacts() {
      await db.batch([adoptReleases(db), adoptArchives(db)])
    },
    async getDownloads(worker, since) {
      const [[total], artifacts, days] = await db.batch([
        db.select().from(downloadsByWorker).where(eq(downloadsByWorker.worker, worker)),
        db
          .select({
            version: releaseArtifacts.version,
            variant: releaseArtifacts.variant,
            platform: releaseArtifacts.platform,
            downloads: releaseArtifacts.downloads,
          })
          .from(releaseArtifacts)
          .where(and(eq(releaseArtifacts.worker, worker), ne(releaseArtifacts.downloads, 0)))
          .orderBy(asc(releaseArtifacts.id)),
        db
          .select({ day: downloadsByWorkerDay.day, downloads: downloadsByWorkerDay.downloads })
          .from(downloadsByWorkerDay)
          .where(and(eq(downloadsByWorkerDay.worker, worker), gte(downloadsByWorkerDay.day, since)))
          .orderBy(asc(downloadsByWorkerDay.day)),
      ])
      return total ? { downloads: total.downloads, updatedAt: total.updatedAt, artifacts, days } : null
    },
    async getAllDownloads(top, since) {
      const { worker, downloads } = downloadsByWorker
      const [[total], [latest], most, days] = await db.batch([
        db.select({ downloads: sum(downloadsByDay.downloads).mapWith(Number) }).from(downloadsByDay),
        db.select({ updatedAt: max(downloadsByWorker.updatedAt) }).from(downloadsByWorker),
        db
          .select({ worker, downloads })
          .from(downloadsByWorker)
          .orderBy(desc(downloads), asc(worker))
          .limit(top),
        db
          .select()
          .from(downloadsByDay)
          .where(gte(downloadsByDay.day, since))
          .orderBy(asc(downloadsByDay.day)),
      ])
      return { downloads: total?.downloads ?? 0, updatedAt: latest?.updatedAt ?? null, top: most, days }
    },
    async listRising(top, rules) {
      const [rows] = await db.batch([risingWorkers(db, top, rules)])
      return rows.map(([worker, recent, before]) => ({ worker, downloads: recent, before }))
    },
    async listDueStatistics(limit) {
      const [rows] = await db.batch([
        db
          .select({ worker: downloadsByWorker.worker })
          .from(downloadsByWorker)
          .where(sql`documented <> downloads`)
          .limit(limit),
      ])
      return rows.map(({ worker }) => worker)
    },
    async saveDocumentedDownloads(worker, documented) {
      await db.batch([
        db.update(downloadsByWorker).set({ documented }).where(eq(downloadsByWorker.worker, worker)),
      ])
    },
    async markStatisticsDue() {
      await db.batch([db.update(downloadsByWorker).set({ documented: 0 })])
    },
    async forgetClients(day) {
      await db.batch([db.delete(downloadMarks).where(lt(downloadMarks.day, day))])
    },
  }
}

/**
 * Squares stand for roots, which not every database has: both sides are positive. The index is named, because without it the
 * days of all years are read, in the order of workers; the counts are materialised, because SQLite would count anew at each mention.
 */
function risingWorkers(db: Connection, top: number, { from, since, ratio, floor, deviations }: RisingRules) {
  const excess = sql`(downloads - before * 1.0 / ${ratio})`
  const variance = sql`(before * 1.0 / ${ratio} + ${floor})`
  return db.all<[worker: WorkerId, downloads: number, before: number]>(sql`
    with counted as materialized (
      select recent.worker as worker, recent.downloads as downloads, coalesce((
        select sum(earlier.downloads) from downloads_by_worker_day as earlier
        where earlier.worker = recent.worker and earlier.day >= ${since} and earlier.day < ${from}
      ), 0) as before
      from (
        select worker, sum(downloads) as downloads
        from downloads_by_worker_day indexed by downloads_by_worker_day_day
        where day >= ${from} group by worker having sum(downloads) >= ${floor}
      ) as recent
    )
    select worker, downloads, before from counted
    where ${excess} > 0 and ${excess} * ${excess} >= ${deviations} * ${deviations} * ${variance}
    order by ${excess} * ${excess} / ${variance} desc, worker asc
    limit ${top}`)
}

/**
 * Releases without artifacts, oldest first. Those whose body lies in several parts are left out: put together they could
 * exceed what D1 takes as one value.
 */
function adoptReleases(db: Connection) {
  return db.run(sql`
    insert into release_artifacts (worker, version, variant, platform)
    select releases.worker, releases.version, artifact.value ->> 'variant', artifact.value ->> 'platform'
    from releases
    join release_bodies as body
      on body.worker = releases.worker and body.version = releases.version and body.part = 0
    cross join json_each(body.body, '$.artifacts') as artifact
    where not exists (
      select 1 from release_artifacts as known
      where known.worker = releases.worker and known.version = releases.version
    ) and not exists (
      select 1 from release_bodies as other
      where other.worker = releases.worker and other.version = releases.version and other.part > 0
    )
    order by releases.published_at
    on conflict do nothing`)
}

/** Archives of artifacts that have none: those that were just adopted. */
function adoptArchives(db: Connection) {
  return db.run(sql`
    insert into release_archives (sha256, artifact)
    select archive.value ->> 'sha256', adopted.id
    from release_artifacts as adopted
    join release_bodies as body
      on body.worker = adopted.worker and body.version = adopted.version and body.part = 0
    cross join json_each(body.body, '$.artifacts') as artifact
    cross join json_each(artifact.value, '$.archives') as archive
    where not exists (select 1 from release_archives where release_archives.artifact = adopted.id)
      and not exists (
        select 1 from release_bodies as other
        where other.worker = adopted.worker and other.version = adopted.version and other.part > 0
      )
      and artifact.value ->> 'variant' = adopted.variant
      and artifact.value ->> 'platform' = adopted.platform
    order by adopted.id
    on conflict do nothing`)
}

/** What a client fetched on that day already is left as it is. */
function insertMarks(db: Connection, json: string) {
  return db.run(sql`
    insert into download_marks (day, client, artifact)
    select mark.value ->> 'day', mark.value ->> 'client', release_archives.artifact
    from json_each(${json}) as mark
    join release_archives on release_archives.sha256 = mark.value ->> 'sha256'
    where true
    on conflict (day, client, artifact) do nothing`)
}

/** Adds the new marks to all counts. */
function addUncounted(db: Connection, now: number) {
  const uncounted = (columns: SQL): SQL => sql`
    select ${columns} from download_marks as mark
    join release_artifacts as artifact on artifact.id = mark.artifact
    where mark.counted = 0`
  return [
    db.run(sql`
      update release_artifacts set downloads = downloads
        + (select count(*) from download_marks where artifact = release_artifacts.id and counted = 0)
      where id in (select artifact from download_marks where counted = 0)`),
    db.run(sql`
      insert into downloads_by_worker (worker, downloads, updated_at)
      ${uncounted(sql`artifact.worker, count(*), ${now}`)} group by artifact.worker
      on conflict (worker) do update
        set downloads = downloads + excluded.downloads, updated_at = excluded.updated_at`),
    db.run(sql`
      insert into downloads_by_worker_day (worker, day, downloads)
      ${uncounted(sql`artifact.worker, mark.day, count(*)`)} group by artifact.worker, mark.day
      on conflict (worker, day) do update set downloads = downloads + excluded.downloads`),
    db.run(sql`
      insert into downloads_by_day (day, downloads)
      select day, count(*) from download_marks where counted = 0 group by day
      on conflict (day) do update set downloads = downloads + excluded.downloads`),
  ] as const
}
