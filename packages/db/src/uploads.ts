import type { Database } from '@rbee/registry'
import { and, asc, desc, eq, exists, gt, lte, notExists, type SQL, sql } from 'drizzle-orm'
import type { Connection } from './connection.ts'
import { uploadParts, uploads } from './tables.ts'

type UploadQueries = Pick<
  Database,
  | 'insertUpload'
  | 'findUpload'
  | 'findOpenUpload'
  | 'savePart'
  | 'listParts'
  | 'deleteUpload'
  | 'listExpiredUploads'
  | 'listSurplusUploads'
>

export function uploadQueries(db: Connection): UploadQueries {
  return {
    async insertUpload(upload) {
      await db.batch([db.insert(uploads).values(upload)])
    },
    async findUpload(id) {
      const [[upload]] = await db.batch([db.select().from(uploads).where(eq(uploads.id, id))])
      return upload ?? null
    },
    async findOpenUpload(tokenId, sha256, now) {
      const [[upload]] = await db.batch([
        db
          .select()
          .from(uploads)
          .where(and(eq(uploads.tokenId, tokenId), eq(uploads.sha256, sha256), gt(uploads.expiresAt, now)))
          .orderBy(desc(uploads.expiresAt), asc(uploads.id))
          .limit(1),
      ])
      return upload ?? null
    },
    async savePart(upload, part, receipt) {
      // The upload may have been swept while the part was on its way: then there is nothing to remember it for.
      await db.batch([
        db.run(sql`
          insert into upload_parts (upload, part, receipt)
          select id, ${part}, ${receipt} from uploads where id = ${upload}
          on conflict (upload, part) do update set receipt = excluded.receipt`),
      ])
    },
    async listParts(upload) {
      const [parts] = await db.batch([
        db
          .select({ part: uploadParts.part, receipt: uploadParts.receipt })
          .from(uploadParts)
          .where(eq(uploadParts.upload, upload))
          .orderBy(asc(uploadParts.part)),
      ])
      return parts
    },
    async deleteUpload(id) {
      await db.batch([db.delete(uploads).where(eq(uploads.id, id))])
    },
    async listExpiredUploads(now, limit) {
      const [expired] = await db.batch([
        db
          .select()
          .from(uploads)
          .where(lte(uploads.expiresAt, now))
          .orderBy(asc(uploads.expiresAt))
          .limit(limit),
      ])
      return expired
    },
    async listSurplusUploads(tokenId, { count, bytes }) {
      const surplus = await db.batch([
        beyondNewest(db, tokenId, exists(partsOfUpload(db)), count),
        beyondNewest(db, tokenId, notExists(partsOfUpload(db)), count),
        beyondBytes(db, tokenId, bytes),
      ])
      return [...new Map(surplus.flat().map((upload) => [upload.id, upload])).values()]
    },
  }
}

function partsOfUpload(db: Connection) {
  return db.select({ part: uploadParts.part }).from(uploadParts).where(eq(uploadParts.upload, uploads.id))
}

/** The times of creation need not differ; the numbers of the rows do, and grow. */
const NEWEST_FIRST = sql`uploads.created_at desc, uploads.rowid desc`
/** Of each kind; more are found by the next call. */
const SURPLUS_MAX = 100

function beyondNewest(db: Connection, tokenId: string, condition: SQL, count: number) {
  return db
    .select()
    .from(uploads)
    .where(and(eq(uploads.tokenId, tokenId), condition))
    .orderBy(NEWEST_FIRST)
    .limit(SURPLUS_MAX)
    .offset(count)
}

/** Only the rows of the token are added up, which its index finds. */
function beyondBytes(db: Connection, tokenId: string, bytes: number) {
  const surplus = sql`
    select id from (
      select id, sum(size) over (order by ${NEWEST_FIRST}) as total from uploads where token_id = ${tokenId}
    ) where total > ${bytes}`
  return db.select().from(uploads).where(sql`id in (${surplus})`).limit(SURPLUS_MAX)
}
