import type { Database } from '@rbee/registry'
import { eq, getTableColumns, sql } from 'drizzle-orm'
import type { Connection } from './connection.ts'
import { newMails } from './mails.ts'
import { newEvents } from './registry-events.ts'
import { tokens } from './tables.ts'

type TokenQueries = Pick<
  Database,
  'insertToken' | 'findToken' | 'findTokenByHash' | 'revokeToken' | 'findContact' | 'setContact'
>

export function tokenQueries(db: Connection): TokenQueries {
  const { mail: _mail, formerMail: _former, mailChangedAt: _changed, ...row } = getTableColumns(tokens)
  return {
    async insertToken(token, { mail = null, events = [] } = {}) {
      await db.batch([
        newEvents(db, events, sql`not exists (select 1 from tokens where hash = ${token.hash})`),
        // The same text has the same hash: several servers that start at once all bring the operator's own token.
        db
          .insert(tokens)
          .values({ ...token, mail })
          .onConflictDoNothing({ target: tokens.hash }),
      ])
    },
    async findToken(id) {
      const [[token]] = await db.batch([db.select(row).from(tokens).where(eq(tokens.id, id))])
      return token ?? null
    },
    async findTokenByHash(hash) {
      const [[token]] = await db.batch([db.select(row).from(tokens).where(eq(tokens.hash, hash))])
      return token ?? null
    },
    async revokeToken(id, at, events = []) {
      const isValid = sql`exists (select 1 from tokens where id = ${id} and revoked_at is null)`
      const [, revoked] = await db.batch([
        newEvents(db, events, isValid),
        db
          .update(tokens)
          .set({ revokedAt: sql`coalesce(${tokens.revokedAt}, ${at})` })
          .where(eq(tokens.id, id))
          .returning({ id: tokens.id }),
      ])
      return revoked.length > 0
    },
    async findContact(id) {
      const [[token]] = await db.batch([
        db.select({ mail: tokens.mail }).from(tokens).where(eq(tokens.id, id)),
      ])
      return token?.mail ?? null
    },
    async setContact(id, mail, at, keptSince, told) {
      const changes = sql`(select 1 from tokens where id = ${id} and mail is not ${mail})`
      const [, changed] = await db.batch([
        newMails(db, told, at, sql`exists ${changes}`),
        db.all<[id: string]>(sql`
          update tokens set mail = ${mail}, mail_changed_at = ${at},
            former_mail = case when coalesce(mail_changed_at, 0) > ${keptSince} and former_mail is not null
              then former_mail else mail end
          where id = ${id} and mail is not ${mail} returning id`),
      ])
      return changed.length > 0
    },
  }
}
