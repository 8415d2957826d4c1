import type { Database, ProvenanceRow } from '@rbee/registry'
import { type KeyChange, keyChangeSchema, type WorkerId } from '@rbee/schema'
import { type InferSelectModel, type SQL, sql } from 'drizzle-orm'
import type { Connection } from './connection.ts'
import { newEvents } from './registry-events.ts'
import type { artifactProvenance, publisherKeyChanges } from './tables.ts'

type PublisherKeyQueries = Pick<Database, 'appendKeyChange' | 'attachProvenance' | 'restoreKeys'>

/** Publishers' keys, and which artifacts they vouch for. */
export function publisherKeyQueries(db: Connection): PublisherKeyQueries {
  return {
    async appendKeyChange(worker, place, change, events) {
      const fits = sql`(exists (select 1 from workers where id = ${worker}) and ${hasKeyChanges(worker, place)})`
      const [, marks] = await db.batch([
        newEvents(db, events, fits),
        markDue(db, worker, fits),
        // Last, because from here on the condition of the others is false.
        newKeyChanges(db, worker, place, [change], fits),
      ])
      return marks.length > 0
    },
    async attachProvenance(worker, { keyChanges, rows }) {
      const fits = hasKeyChanges(worker, keyChanges)
      const [marks] = await db.batch([markDue(db, worker, fits), newProvenance(db, worker, rows, fits)])
      return marks.length > 0
    },
    async restoreKeys(worker, changes, provenance) {
      await db.batch([
        newKeyChanges(db, worker, 0, changes, sql`true`),
        newProvenance(db, worker, provenance, sql`true`),
      ])
    },
  }
}

/** Whether the keys of a worker changed so many times: the condition of whatever was judged by them. */
export function hasKeyChanges(worker: WorkerId, count: number): SQL {
  return sql`((select count(*) from publisher_key_changes where worker = ${worker}) = ${count})`
}

/** A statement of a larger batch; gives a row where `condition` holds. */
function markDue(db: Connection, worker: WorkerId, condition: SQL) {
  return db.all<[revision: number]>(sql`
    insert into due (worker) select ${worker} where ${condition} returning revision`)
}

function newKeyChanges(
  db: Connection,
  worker: WorkerId,
  first: number,
  changes: readonly KeyChange[],
  condition: SQL,
) {
  return db.run(sql`
    insert into publisher_key_changes (worker, place, body)
    select ${worker}, ${first} + key, value from json_each(${JSON.stringify(changes)}) where ${condition}
    on conflict do nothing`)
}

/** A statement of a larger batch. Provenance that an artifact has already stays. */
export function newProvenance(
  db: Connection,
  worker: WorkerId,
  rows: readonly ProvenanceRow[],
  condition: SQL,
) {
  return db.run(sql`
    insert into artifact_provenance (worker, version, platform, variant, sha256, size, key_ids, attached_at)
    select ${worker}, value ->> 'version', value ->> 'platform', value ->> 'variant', value ->> 'sha256',
      value ->> 'size', value -> 'keyIds', value ->> 'attachedAt'
    from json_each(${JSON.stringify(rows)}) where ${condition}
    on conflict do nothing`)
}

export function keyChangeOf({ body }: InferSelectModel<typeof publisherKeyChanges>): KeyChange {
  return keyChangeSchema.parse(body)
}

export function provenanceRow({
  worker: _worker,
  ...row
}: InferSelectModel<typeof artifactProvenance>): ProvenanceRow {
  return row
}
