import type { IndexEntry, IndexRemoval } from '@rbee/registry'
import { sql } from 'drizzle-orm'
import type { Connection } from '../connection.ts'
import { fileAlike } from './alike.ts'

/** See `SearchIndex.saveIndexed`. */
export async function saveEntries(
  db: Connection,
  entries: readonly IndexEntry[],
  removals: readonly IndexRemoval[],
  now: number,
): Promise<boolean> {
  const present = JSON.stringify(entries.map(entryRow))
  const all = JSON.stringify([
    ...entries.map(({ worker, revision, digest }) => ({ worker, revision, digest })),
    ...removals.map(({ worker, revision }) => ({ worker, revision, digest: null })),
  ])
  const results = await db.batch([
    advance(db, all, now),
    closeRows(db, all),
    raiseRevisions(db, all),
    insertFits(db, present),
    insertTexts(db, present),
    insertWords(db, present),
    insertHeads(db, present),
    insertRows(db, present),
    insertTerms(db, present),
    ...fileAlike(db, all, present),
  ])
  return results[0].length > 0
}

/** All of an entry as the statements below read it. */
function entryRow({ row, texts, readme, ...entry }: IndexEntry) {
  return { ...entry, ...row, ...texts, shown: readme }
}

/** What of the list is news: not older than what is there, and something else. */
const isNews = sql`
  not exists (
    select 1 from search_workers as newer
    where newer.worker = one.value ->> 'worker' and newer.revision > one.value ->> 'revision')
  and (select digest from search_workers as current
    where current.worker = one.value ->> 'worker' and current.until is null) is not one.value ->> 'digest'`

/** Gives a row where anything changes, and then the change its moment. */
function advance(db: Connection, all: string, now: number) {
  return db.all<[number]>(sql`
    update search_state set changed = max(changed + 1, ${now})
    where exists (select 1 from json_each(${all}) as one where ${isNews})
    returning changed`)
}

function closeRows(db: Connection, all: string) {
  return db.run(sql`
    update search_workers set
      until = (select changed from search_state),
      changed = (select changed from search_state),
      revision = (select one.value ->> 'revision' from json_each(${all}) as one
        where one.value ->> 'worker' = search_workers.worker)
    where until is null and worker in (
      select one.value ->> 'worker' from json_each(${all}) as one where ${isNews})`)
}

/** An entry that is there already is as new as who wrote it again. */
function raiseRevisions(db: Connection, all: string) {
  return db.run(sql`
    update search_workers set revision = one.value ->> 'revision'
    from json_each(${all}) as one
    where one.value ->> 'worker' = search_workers.worker and until is null
      and one.value ->> 'digest' = digest and one.value ->> 'revision' > revision`)
}

function insertFits(db: Connection, present: string) {
  return db.run(sql`
    insert into search_fits (body) select distinct value ->> 'fit' from json_each(${present}) where true
    on conflict do nothing`)
}

/** Entries that have no row: those of new workers, and those whose row was closed above. */
const isMissing = sql`
  not exists (
    select 1 from search_workers as known
    where known.worker = one.value ->> 'worker' and (known.until is null or known.revision > one.value ->> 'revision'))`

function insertTexts(db: Connection, present: string) {
  return db.run(sql`
    insert into search_texts (worker, digest, summary, readme)
    select one.value ->> 'worker', one.value ->> 'digest', one.value ->> 'summary', one.value ->> 'shown'
    from json_each(${present}) as one where ${isMissing}`)
}

/** The document of an entry that was just inserted: the newest of its worker. */
const newestDoc = sql`(select max(doc) from search_texts where search_texts.worker = one.value ->> 'worker')`

function insertWords(db: Connection, present: string) {
  return db.run(sql`
    insert into search_words (rowid, names, tags, description, readme)
    select ${newestDoc}, one.value ->> 'names', one.value ->> 'tags' || ' ' || (one.value ->> 'properties'),
      one.value ->> 'description', one.value ->> 'readme'
    from json_each(${present}) as one where ${isMissing}`)
}

function insertHeads(db: Connection, present: string) {
  return db.run(sql`
    insert into search_heads (rowid, names, tags, properties, description)
    select ${newestDoc}, one.value ->> 'names', one.value ->> 'tags', one.value ->> 'properties', one.value ->> 'description'
    from json_each(${present}) as one where ${isMissing}`)
}

function insertRows(db: Connection, present: string) {
  return db.run(sql`
    insert into search_workers
      (doc, worker, revision, digest, since, changed, name, labels, published_at, downloads, flags, publisher, fit)
    select
      ${newestDoc}, one.value ->> 'worker', one.value ->> 'revision', one.value ->> 'digest',
      (select changed from search_state), (select changed from search_state),
      one.value ->> 'name', one.value ->> 'labels', one.value ->> 'publishedAt',
      coalesce((select downloads from downloads_by_worker as counted where counted.worker = one.value ->> 'worker'), 0),
      one.value ->> 'flags', one.value ->> 'publisher',
      (select id from search_fits where body = one.value ->> 'fit')
    from json_each(${present}) as one where ${isMissing}`)
}

function insertTerms(db: Connection, present: string) {
  return db.run(sql`
    insert into search_terms (term)
    select distinct term.value from json_each(${present}) as one, json_each(one.value, '$.terms') as term where true
    on conflict do nothing`)
}
