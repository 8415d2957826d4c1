import type { Database, NameRow, ReleaseRow, WorkerRow } from '@rbee/registry'
import { and, asc, ne, type SQL, sql } from 'drizzle-orm'
import { bodyParts } from './bodies.ts'
import type { Connection } from './connection.ts'
import { isIn } from './lists.ts'
import { hasKeyChanges, newProvenance } from './publisher-keys.ts'
import { names } from './tables.ts'

type WorkerChanges = Pick<Database, 'insertRelease'>

/**
 * What is written of releases. A batch cannot look at what its first statements found, so each statement of a change
 * carries the condition of the whole change: if a name is taken or the release exists, none of them does anything.
 */
export function workerChanges(db: Connection): WorkerChanges {
  const insertWorker = ({ id, source, owner, createdAt }: WorkerRow, blocked: SQL) =>
    db.run(sql`
      insert into workers (id, source, owner, created_at)
      select ${id}, ${source}, ${owner}, ${createdAt} where not ${blocked}
      on conflict (id) do nothing`)

  const takeNames = (worker: WorkerRow, taken: readonly NameRow[], blocked: SQL) =>
    db.run(sql`
      insert into names (name, worker, kind, variant)
      select value ->> 'name', ${worker.id}, value ->> 'kind', value ->> 'variant'
      from json_each(${JSON.stringify(taken)}) where not ${blocked}
      on conflict (name) do update set kind = excluded.kind, variant = excluded.variant`)

  /** Gives a row exactly when the change was carried out. */
  const markDue = (worker: WorkerRow, blocked: SQL) =>
    db.all<[revision: number]>(sql`
      insert into due (worker) select ${worker.id} where not ${blocked} returning revision`)

  /** What the release offers, so that downloads can be counted; see migrations/0002_downloads.sql. */
  const insertArtifacts = ({ worker, version, input }: ReleaseRow, blocked: SQL) => {
    const artifacts = JSON.stringify(
      input.artifacts.map(({ variant, platform, archives }) => ({
        variant,
        platform,
        archives: archives.map(({ sha256 }) => sha256),
      })),
    )
    return [
      db.run(sql`
        insert into release_artifacts (worker, version, variant, platform)
        select ${worker}, ${version}, value ->> 'variant', value ->> 'platform'
        from json_each(${artifacts}) where not ${blocked}
        on conflict do nothing`),
      db.run(sql`
        insert into release_archives (sha256, artifact)
        select archive.value, release_artifacts.id
        from json_each(${artifacts}) as artifact
        join release_artifacts on release_artifacts.worker = ${worker}
          and release_artifacts.version = ${version}
          and release_artifacts.variant = artifact.value ->> 'variant'
          and release_artifacts.platform = artifact.value ->> 'platform'
        join json_each(artifact.value, '$.archives') as archive
        where not ${blocked}
        on conflict do nothing`),
    ] as const
  }

  /** The first of `wanted` that another worker holds. */
  const findConflict = (worker: WorkerRow, wanted: readonly NameRow[]) => {
    const list = wanted.map(({ name }) => name)
    return db
      .select()
      .from(names)
      .where(and(isIn(names.name, list), ne(names.worker, worker.id)))
      .orderBy(asc(sql`(select key from json_each(${JSON.stringify(list)}) where value = ${names.name})`))
      .limit(1)
  }

  return {
    async insertRelease(worker, wanted, release, judged) {
      const blocked = sql`(${isTaken(worker, wanted)}
        or exists (select 1 from workers where id = ${worker.id} and owner <> ${worker.owner})
        or exists (select 1 from releases where worker = ${worker.id} and version = ${release.version})
        ${judged === undefined ? sql`` : sql`or not ${hasKeyChanges(worker.id, judged.keyChanges)}`})`
      const [[conflict], , marks] = await db.batch([
        findConflict(worker, wanted),
        insertWorker(worker, blocked),
        markDue(worker, blocked),
        takeNames(worker, wanted, blocked),
        ...bodyParts(release.input).map(({ part, body }) =>
          db.run(sql`
            insert into release_bodies (worker, version, part, body)
            select ${worker.id}, ${release.version}, ${part}, ${body} where not ${blocked}`),
        ),
        ...insertArtifacts(release, blocked),
        newProvenance(db, worker.id, judged?.rows ?? [], sql`not ${blocked}`),
        // Last, because from here on the release exists and the condition of the others is false.
        db.run(sql`
          insert into releases
            (worker, version, identity, published_at, published_by, yanked, yanked_at, quarantined, quarantined_at,
              security_fix, publisher)
          select ${worker.id}, ${release.version}, ${release.identity}, ${release.publishedAt},
            ${release.publishedBy}, ${release.yanked}, ${release.yankedAt}, ${release.quarantined},
            ${release.quarantinedAt}, ${release.securityFix}, ${jsonText(release.publisher)} where not ${blocked}`),
      ])
      return { outcome: marks.length > 0 ? 'inserted' : 'exists', conflict: conflict ?? null }
    },
  }
}

function jsonText(value: object | null): string | null {
  return value === null ? null : JSON.stringify(value)
}

/** Whether another worker holds one of the names. */
function isTaken(worker: WorkerRow, wanted: readonly NameRow[]): SQL {
  const list = wanted.map(({ name }) => name)
  return sql`exists (select 1 from names where ${isIn(names.name, list)} and names.worker <> ${worker.id})`
}
