import type { Database } from '@rbee/registry'
import type { Sha256, WorkerId } from '@rbee/schema'
import { desc, eq, getTableColumns, lt, sql } from 'drizzle-orm'
import type { Connection } from './connection.ts'
import { licenses } from './tables.ts'

type LicenseQueries = Pick<
  Database,
  'insertLicense' | 'findLicense' | 'restoreLicense' | 'changeLicense' | 'listLicenses' | 'findArchiveOwners'
>

/** Who may fetch what is sold. */
export function licenseQueries(db: Connection): LicenseQueries {
  const { number, ...row } = getTableColumns(licenses)
  return {
    async insertLicense({ workers, entitlements, ...license }) {
      await db.batch([
        db.insert(licenses).values({ ...license, workers: [...workers], entitlements: [...entitlements] }),
      ])
    },
    async restoreLicense({ workers, entitlements, ...rest }) {
      const license = { ...rest, workers: [...workers], entitlements: [...entitlements] }
      await db.batch([
        db
          .insert(licenses)
          .values(license)
          .onConflictDoUpdate({
            target: licenses.id,
            set: license,
            setWhere: sql`${licenses.revision} <= ${license.revision}`,
          }),
      ])
    },
    async findLicense(id) {
      const [[license]] = await db.batch([db.select(row).from(licenses).where(eq(licenses.id, id))])
      return license ?? null
    },
    async changeLicense(id, change) {
      const set =
        change.kind === 'revoke'
          ? { revokedAt: change.at, revokeReason: change.reason }
          : { expiresAt: change.expiresAt }
      const [, [license]] = await db.batch([
        db
          .update(licenses)
          .set({ ...set, revision: sql`${licenses.revision} + 1` })
          .where(sql`${licenses.id} = ${id} and ${licenses.revokedAt} is null`),
        db.select(row).from(licenses).where(eq(licenses.id, id)),
      ])
      return license ?? null
    },
    async listLicenses(limit, before = Number.MAX_SAFE_INTEGER) {
      const [rows, [counted]] = await db.batch([
        db
          .select({ ...row, number })
          .from(licenses)
          .where(lt(number, before))
          .orderBy(desc(number))
          .limit(limit + 1),
        db.all<[total: number]>(sql`select count(*) from licenses`),
      ])
      const page = rows.slice(0, limit)
      const next = rows.length > limit ? (page.at(-1)?.number ?? null) : null
      return { licenses: page.map(({ number: _, ...license }) => license), total: counted?.[0] ?? 0, next }
    },
    async findArchiveOwners(sha256, except) {
      const [rows] = await db.batch([
        db.all<[sha256: Sha256, worker: WorkerId]>(sql`
          select release_archives.sha256, release_artifacts.worker from json_each(${JSON.stringify(sha256)}) as named
          join release_archives on release_archives.sha256 = named.value
          join release_artifacts on release_artifacts.id = release_archives.artifact
          where release_artifacts.worker <> ${except}`),
      ])
      return rows.map(([archive, worker]) => ({ sha256: archive, worker }))
    },
  }
}
