import type { Database, PatchRow } from '@rbee/registry'
import type { WorkerId } from '@rbee/schema'
import { type InferSelectModel, sql } from 'drizzle-orm'
import type { Connection } from './connection.ts'
import type { patches } from './tables.ts'

type PatchQueries = Pick<Database, 'savePatch' | 'restorePatches'>

/** What turns archives of earlier releases into those of later ones. */
export function patchQueries(db: Connection): PatchQueries {
  return {
    async savePatch(worker, patch, limit) {
      const { version, platform, variant, fromDigest, fromVersion, format, size, sha256, at } = patch
      const fits = sql`(
        select count(*) from patches
        where worker = ${worker} and version = ${version} and platform = ${platform} and variant = ${variant}
          and from_digest <> ${fromDigest}) < ${limit}`
      const [marks] = await db.batch([
        db.all<[revision: number]>(sql`
          insert into due (worker) select ${worker} where ${fits} returning revision`),
        db.run(sql`
          insert or replace into patches
            (worker, version, platform, variant, from_digest, from_version, format, size, sha256, at)
          select ${worker}, ${version}, ${platform}, ${variant}, ${fromDigest}, ${fromVersion}, ${format}, ${size},
            ${sha256}, ${at} where ${fits}`),
      ])
      return marks.length > 0
    },
    async restorePatches(worker, rows) {
      await db.batch([
        db.run(sql`
          insert into patches (worker, version, platform, variant, from_digest, from_version, format, size, sha256, at)
          select ${worker}, value ->> 'version', value ->> 'platform', value ->> 'variant', value ->> 'fromDigest',
            value ->> 'fromVersion', value ->> 'format', value ->> 'size', value ->> 'sha256', value ->> 'at'
          from json_each(${JSON.stringify(rows)}) where true
          on conflict do nothing`),
      ])
    },
  }
}

export function patchRow({
  worker: _worker,
  ...row
}: InferSelectModel<typeof patches> & { worker: WorkerId }): PatchRow {
  return row
}
