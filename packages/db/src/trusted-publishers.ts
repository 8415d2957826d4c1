import type { AcceptedIdentity, Database, ReservedWorker, TrustedPublisherRow } from '@rbee/registry'
import { asc, eq, lt, type SQL, sql } from 'drizzle-orm'
import type { Connection } from './connection.ts'
import { newEvents } from './registry-events.ts'
import { tokensRefused, trustedPublishers, usedIdentities } from './tables.ts'

type TrustedPublisherQueries = Pick<
  Database,
  | 'listTrustedPublishers'
  | 'addTrustedPublisher'
  | 'removeTrustedPublisher'
  | 'setTokensRefused'
  | 'acceptIdentity'
  | 'forgetIdentities'
>

/** Workflows that may publish, and the identity tokens of their runs. Each statement carries the condition of its batch. */
export function trustedPublisherQueries(db: Connection): TrustedPublisherQueries {
  return {
    async listTrustedPublishers(worker) {
      const [publishers, refusing] = await db.batch([
        db
          .select()
          .from(trustedPublishers)
          .where(eq(trustedPublishers.worker, worker))
          .orderBy(asc(trustedPublishers.createdAt), asc(trustedPublishers.id)),
        db.select().from(tokensRefused).where(eq(tokensRefused.worker, worker)),
      ])
      return { tokensRefused: refusing.length > 0, publishers }
    },
    async addTrustedPublisher(publisher, most, reserved, events) {
      const needed = isWanted(publisher, most, reserved)
      const { id, worker, provider, issuer, repository, workflow, environment, createdAt } = publisher
      const results = await db.batch([
        newEvents(db, events, needed),
        ...reservation(db, reserved, needed),
        // Last, because from here on the condition of the others is false.
        db.all<[id: string]>(sql`
          insert into trusted_publishers (id, worker, provider, issuer, repository, repository_owner_id,
            repository_id, workflow, environment, created_at)
          select ${id}, ${worker}, ${provider}, ${issuer}, ${repository}, ${publisher.repositoryOwnerId},
            ${publisher.repositoryId}, ${workflow}, ${environment}, ${createdAt} where ${needed}
          returning id`),
      ])
      const added: unknown = results.at(-1)
      return Array.isArray(added) && added.length > 0
    },
    async removeTrustedPublisher(worker, id, at, events) {
      const exists = sql`exists (select 1 from trusted_publishers where id = ${id} and worker = ${worker})`
      const [, , removed] = await db.batch([
        newEvents(db, events, exists),
        db.run(sql`
          update tokens set revoked_at = ${at} where publisher = ${id} and revoked_at is null and ${exists}`),
        db.all<[id: string]>(
          sql`delete from trusted_publishers where id = ${id} and worker = ${worker} returning id`,
        ),
      ])
      return removed.length > 0
    },
    async setTokensRefused(worker, refused, at, events) {
      const stands = sql`exists (select 1 from tokens_refused where worker = ${worker})`
      const needed = refused ? sql`not ${stands}` : stands
      const [, , changed] = await db.batch([
        newEvents(db, events, needed),
        db.run(sql`insert into due (worker) select ${worker} where ${needed}`),
        refused
          ? db.all<[worker: string]>(sql`
              insert into tokens_refused (worker, at) values (${worker}, ${at})
              on conflict (worker) do nothing returning worker`)
          : db.all<[worker: string]>(
              sql`delete from tokens_refused where worker = ${worker} returning worker`,
            ),
      ])
      return changed.length > 0
    },
    async acceptIdentity(identity, token) {
      const allowed = isAcceptable(identity)
      const { publisher, repositoryOwnerId, repositoryId, issuer, tokenId, expiresAt } = identity
      const [accepted] = await db.batch([
        db.all<[id: string]>(sql`
          insert into tokens (id, hash, scope, worker, created_at, expires_at, publisher, run)
          select ${token.id}, ${token.hash}, ${token.scope}, ${token.worker}, ${token.createdAt},
            ${token.expiresAt}, ${token.publisher}, ${JSON.stringify(token.run)} where ${allowed}
          returning id`),
        db.run(sql`
          update trusted_publishers set repository_owner_id = ${repositoryOwnerId}, repository_id = ${repositoryId}
          where id = ${publisher} and ${allowed}`),
        // Last, because from here on the condition of the others is false.
        db.run(sql`
          insert into used_identities (issuer, token_id, expires_at)
          select ${issuer}, ${tokenId}, ${expiresAt} where ${allowed}`),
      ])
      return accepted.length > 0
    },
    async forgetIdentities(now, tokensBefore) {
      await db.batch([
        db.delete(usedIdentities).where(lt(usedIdentities.expiresAt, now)),
        db.run(sql`delete from tokens where run is not null and expires_at < ${tokensBefore}`),
      ])
    },
  }
}

/** Whether there is room for it, and no other that accepts the same runs. GitHub's names have no case. */
function isWanted(publisher: TrustedPublisherRow, most: number, reserved: ReservedWorker | null): SQL {
  const { worker, issuer, repository, workflow, environment } = publisher
  const name = reserved?.name.name ?? null
  return sql`(
    (select count(*) from trusted_publishers where worker = ${worker}) < ${most}
    and not exists (
      select 1 from trusted_publishers where worker = ${worker} and issuer = ${issuer}
        and lower(repository) = lower(${repository}) and workflow = ${workflow}
        and environment is ${environment})
    and not exists (select 1 from names where name = ${name} and worker <> ${worker}))`
}

function reservation(db: Connection, reserved: ReservedWorker | null, needed: SQL) {
  if (reserved === null) return []
  const { worker, name } = reserved
  return [
    db.run(sql`
      insert into workers (id, source, owner, created_at)
      select ${worker.id}, ${worker.source}, ${worker.owner}, ${worker.createdAt} where ${needed}
      on conflict (id) do nothing`),
    db.run(sql`
      insert into names (name, worker, kind, variant)
      select ${name.name}, ${worker.id}, ${name.kind}, ${name.variant} where ${needed}
      on conflict (name) do nothing`),
  ]
}

/** Whether the identity token is new, and its ids are those that the publisher is settled on, as far as it is. */
function isAcceptable({ issuer, tokenId, publisher, ...ids }: AcceptedIdentity): SQL {
  return sql`(
    not exists (select 1 from used_identities where issuer = ${issuer} and token_id = ${tokenId})
    and exists (
      select 1 from trusted_publishers where id = ${publisher}
        and coalesce(repository_owner_id, ${ids.repositoryOwnerId}) = ${ids.repositoryOwnerId}
        and coalesce(repository_id, ${ids.repositoryId}) = ${ids.repositoryId}))`
}
