import type { Database } from '@rbee/registry'
import { and, asc, count, desc, eq, gt, lte, sql } from 'drizzle-orm'
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
  | 'countOpenUploads'
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
    async countOpenUploads(tokenId, now) {
      const [[open]] = await db.batch([
        db
          .select({ open: count() })
          .from(uploads)
          .where(and(eq(uploads.tokenId, tokenId), gt(uploads.expiresAt, now))),
      ])
      return open?.open ?? 0
    },
  }
}
