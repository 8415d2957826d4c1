import type { Database } from '@rbee/registry'
import type { Connection } from './connection.ts'
import { isIn } from './lists.ts'
import { blobs } from './tables.ts'

type BlobQueries = Pick<Database, 'findBlobs' | 'insertBlob'>

export function blobQueries(db: Connection): BlobQueries {
  return {
    async findBlobs(sha256) {
      const [found] = await db.batch([db.select().from(blobs).where(isIn(blobs.sha256, sha256))])
      return found
    },
    async insertBlob(blob) {
      await db.batch([db.insert(blobs).values(blob).onConflictDoNothing()])
    },
  }
}
