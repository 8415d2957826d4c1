import type { Database, NewRebuild, RebuildRow, StrikeRow } from '@rbee/registry'
import type { WorkerId } from '@rbee/schema'
import { type InferSelectModel, type SQL, sql } from 'drizzle-orm'
import type { Connection } from './connection.ts'
import { newEvents } from './registry-events.ts'
import type { rebuilderStrikes, rebuilds } from './tables.ts'

type RebuildQueries = Pick<Database, 'attestRebuild' | 'strikeRebuilder' | 'restoreRebuilds'>

/** What is attested by those who built a release once more. */
export function rebuildQueries(db: Connection): RebuildQueries {
  return {
    async attestRebuild(worker, rebuild, limits) {
      const { key, account, at } = rebuild
      const artifact = ofArtifact(worker, rebuild)
      const current = sql`(${artifact} and superseded_at is null)`
      const ofKey = sql`key_id = ${key.key_id}`
      const isNew = sql`not exists (
        select 1 from rebuilds where ${current} and ${ofKey} and sha256 = ${rebuild.sha256})`
      const fits = sql`((
        select count(*) from rebuilds
        where worker = ${worker} and version = ${rebuild.version} and superseded_at is null
          and not (${artifact} and ${ofKey})) < ${limits.release} and (
        select count(*) from rebuilds where ${current} and account = ${account} and not ${ofKey}) < ${limits.account})`
      const [found, marks] = await db.batch([
        db.all<[isNew: number]>(sql`select ${isNew}`),
        db.all<[revision: number]>(sql`
          insert into due (worker) select ${worker} where ${isNew} and ${fits} returning revision`),
        db.run(sql`
          update rebuilds set superseded_at = ${at} where ${current} and ${ofKey} and ${isNew} and ${fits}`),
        insertRebuild(db, worker, rebuild, sql`${isNew} and ${fits}`),
        db.run(sql`
          delete from rebuilds where ${artifact} and ${ofKey} and superseded_at is not null and id not in (
            select id from rebuilds where ${artifact} and ${ofKey} and superseded_at is not null
            order by id desc limit ${limits.history})`),
      ])
      if (found[0]?.[0] !== 1) return 'unchanged'
      return marks.length > 0 ? 'stored' : 'full'
    },
    async strikeRebuilder(rebuilder, strike, events) {
      const change = strike === null ? unstrike(rebuilder) : strikeOf(rebuilder, strike)
      const isOf = sql`(key_id = ${rebuilder} or account = ${rebuilder})`
      const needed = sql`(${change.needed} and exists (select 1 from rebuilds where ${isOf}))`
      const [workers, marks] = await db.batch([
        db.all<[worker: WorkerId]>(sql`select distinct worker from rebuilds where ${isOf} order by worker`),
        db.all<[revision: number]>(sql`
          insert into due (worker) select distinct worker from rebuilds
          where ${isOf} and exists (select 1 from workers where id = rebuilds.worker) and ${needed}
          returning revision`),
        newEvents(db, events, needed),
        // Last, because from here on the condition of the others is false.
        db.run(sql`${change.statement} and ${needed}`),
      ])
      if (workers.length === 0) return { kind: 'unknown' }
      return { kind: marks.length > 0 ? 'changed' : 'same', workers: workers.map(([worker]) => worker) }
    },
    async restoreRebuilds(worker, rows) {
      const strikes = rows.flatMap((row) => row.strikes)
      await db.batch([
        db.run(sql`
          insert into rebuilds (id, worker, version, platform, variant, key_id, public_key, account, own, reproduced,
            rebuilt, sha256, at, superseded_at)
          select value ->> 'id', ${worker}, value ->> 'version', value ->> 'platform', value ->> 'variant',
            value ->> '$.key.key_id', value ->> '$.key.public_key', value ->> 'account', value ->> 'own',
            value ->> 'reproduced', value ->> 'rebuilt', value ->> 'sha256', value ->> 'at', value ->> 'supersededAt'
          from json_each(${JSON.stringify(rows)}) where true
          on conflict do nothing`),
        db.run(sql`
          insert into rebuilder_strikes (rebuilder, reason, at)
          select value ->> 'rebuilder', value ->> 'reason', value ->> 'at'
          from json_each(${JSON.stringify(strikes)}) where true
          on conflict do nothing`),
      ])
    },
  }
}

function ofArtifact(
  worker: WorkerId,
  { version, platform, variant }: Pick<NewRebuild, 'version' | 'platform' | 'variant'>,
): SQL {
  return sql`(worker = ${worker} and version = ${version} and platform = ${platform} and variant = ${variant})`
}

function insertRebuild(db: Connection, worker: WorkerId, rebuild: NewRebuild, condition: SQL) {
  const { version, platform, variant, key, account, own, reproduced, rebuilt, sha256, at } = rebuild
  return db.run(sql`
    insert into rebuilds (worker, version, platform, variant, key_id, public_key, account, own, reproduced, rebuilt,
      sha256, at)
    select ${worker}, ${version}, ${platform}, ${variant}, ${key.key_id}, ${key.public_key}, ${account},
      ${own ? 1 : 0}, ${reproduced ? 1 : 0}, ${rebuilt}, ${sha256}, ${at} where ${condition}`)
}

/** A statement that ends in a condition, and when it changes anything. */
interface StrikeChange {
  readonly needed: SQL
  readonly statement: SQL
}

function strikeOf(rebuilder: string, { reason, at }: Omit<StrikeRow, 'rebuilder'>): StrikeChange {
  return {
    needed: sql`not exists (
      select 1 from rebuilder_strikes where rebuilder = ${rebuilder} and reason = ${reason})`,
    statement: sql`
      insert or replace into rebuilder_strikes (rebuilder, reason, at)
      select ${rebuilder}, ${reason}, ${at} where true`,
  }
}

function unstrike(rebuilder: string): StrikeChange {
  return {
    needed: sql`exists (select 1 from rebuilder_strikes where rebuilder = ${rebuilder})`,
    statement: sql`delete from rebuilder_strikes where rebuilder = ${rebuilder}`,
  }
}

/** @param strikes of all rebuilders, by their names. */
export function rebuildRow(
  { worker: _worker, keyId, publicKey, ...row }: InferSelectModel<typeof rebuilds>,
  strikes: ReadonlyMap<string, InferSelectModel<typeof rebuilderStrikes>>,
): RebuildRow {
  const struck = [strikes.get(keyId), strikes.get(row.account)].filter((strike) => strike !== undefined)
  return { ...row, key: { key_id: keyId, public_key: publicKey }, strikes: struck }
}
