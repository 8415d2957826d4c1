import type { Database } from '@rbee/registry'
import { eq, sql } from 'drizzle-orm'
import type { Connection } from './connection.ts'
import { tokens } from './tables.ts'

type TokenQueries = Pick<Database, 'insertToken' | 'findTokenByHash' | 'revokeToken'>

export function tokenQueries(db: Connection): TokenQueries {
  return {
    async insertToken(token) {
      // The same text has the same hash: several servers that start at once all bring the operator's own token.
      await db.batch([db.insert(tokens).values(token).onConflictDoNothing({ target: tokens.hash })])
    },
    async findTokenByHash(hash) {
      const [[token]] = await db.batch([db.select().from(tokens).where(eq(tokens.hash, hash))])
      return token ?? null
    },
    async revokeToken(id, at) {
      const [revoked] = await db.batch([
        db
          .update(tokens)
          .set({ revokedAt: sql`coalesce(${tokens.revokedAt}, ${at})` })
          .where(eq(tokens.id, id))
          .returning({ id: tokens.id }),
      ])
      return revoked.length > 0
    },
  }
}
