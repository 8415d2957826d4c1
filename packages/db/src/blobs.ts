import type { Database } from '@rbee/registry'
import { eq } from 'drizzle-orm'
import type { Connection } from './connection.ts'
import { isIn } from './lists.ts'
import { blobs, unlistedArchives } from './tables.ts'

type BlobQueries = Pick<Database, 'findBlobs' | 'insertBlob' | 'listUnlistedArchives' | 'takeUnlistedArchive'>

export function blobQueries(db: Connection): BlobQueries {
  return {
    async findBlobs(sha256) {
      const [found] = await db.batch([db.select().from(blobs).where(isIn(blobs.sha256, sha256))])
      return found
    },
    async insertBlob(blob) {
      await db.batch([db.insert(blobs).values(blob).onConflictDoNothing()])
    },
    async listUnlistedArchives(limit) {
      const [found] = await db.batch([db.select().from(unlistedArchives).limit(limit)])
      return found
    },
    async takeUnlistedArchive(digest) {
      const [taken] = await db.batch([
        db
          .delete(unlistedArchives)
          .where(eq(unlistedArchives.digest, digest))
          .returning({ digest: unlistedArchives.digest }),
      ])
      return taken.length > 0
    },
  }
}
