import type { IndexEntry, SearchIndex } from '@rbee/registry'
import type { WorkerId } from '@rbee/schema'
import { FLAGS } from '@rbee/search'
import { type SQL, sql } from 'drizzle-orm'
import type { Connection } from './connection.ts'

/** Documents of one answer: their numbers are one text, which in D1 may have 2,000,000 bytes. */
const DOCS_AT_ONCE = 200_000
/** Rows that are deleted in one call. */
const SWEPT_AT_ONCE = 500

type RowTuple = [
  row: number,
  doc: number,
  worker: string,
  since: number,
  until: number | null,
  changed: number,
  name: string,
  labels: string,
  publishedAt: number,
  downloads: number,
  flags: number,
  publisher: string,
  fit: number,
]

export function searchQueries(db: Connection): SearchIndex {
  return {
    async readChangeNumber() {
      const [[row]] = await db.batch([
        db.all<[number]>(sql`
          select max(
            coalesce((select max(revision) from due), 0),
            coalesce((select seq from sqlite_sequence where name = 'due'), 0))`),
      ])
      return row?.[0] ?? 0
    },
    async saveIndexed(entries, removals, now) {
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
        insertRows(db, present),
        insertTerms(db, present),
        ...fileNames(db, all, present),
      ])
      return results[0].length > 0
    },
    async saveIndexedDownloads(workers, now) {
      const list = JSON.stringify(workers)
      const results = await db.batch(updateDownloads(db, list, now))
      return results[0].length > 0
    },
    async findFiledNames(keys) {
      const [rows] = await db.batch([
        db.all<[string, WorkerId, string, number, number]>(sql`
          select key, worker, publisher, official, created_at from search_filed
          where key in (select value from json_each(${JSON.stringify(keys)}))`),
      ])
      return rows.map(([key, worker, publisher, official, createdAt]) => ({
        ...{ key, worker, publisher, createdAt },
        isOfficial: official === 1,
      }))
    },
    async listIdsOfLength(from, to) {
      const [rows] = await db.batch([
        db.all<[WorkerId]>(sql`
          select worker from search_workers
          where until is null and length(worker) between ${from} and ${to} and (flags & ${FLAGS.official}) = 0`),
      ])
      return rows.map(([worker]) => worker)
    },
    async indexMoment() {
      const [[row]] = await db.batch([db.all<[number]>(sql`select changed from search_state`)])
      return row?.[0] ?? 0
    },
    async listIndexed(after, last, limit) {
      const [rows] = await db.batch([
        db.all<RowTuple>(sql`
          select "row", doc, worker, since, until, changed, name, labels, published_at, downloads, flags, publisher, fit
          from search_workers
          where changed > ${after}
            and (changed, "row") > (${last?.changed ?? -1}, ${last?.row ?? -1})
          order by changed, "row" limit ${limit}`),
      ])
      return rows.map(indexedRow)
    },
    matchWords: (expressions) => matchWords(db, expressions),
    async readIndexedTexts(docs) {
      const [rows] = await db.batch([
        db.all<[number, string, string]>(sql`
          select doc, summary, readme from search_texts
          where doc in (select value from json_each(${JSON.stringify(docs)}))`),
      ])
      return new Map(rows.map(([doc, summary, readme]) => [doc, { summary, readme }]))
    },
    async listFits(after) {
      const [rows] = await db.batch([
        db.all<[number, string]>(sql`select id, body from search_fits where id > ${after} order by id`),
      ])
      return rows.map(([id, body]) => ({ id, body }))
    },
    async knownBeginnings(beginnings) {
      const [rows] = await db.batch([
        db.all<[string]>(sql`
          select value from json_each(${JSON.stringify(beginnings)})
          where exists (select 1 from search_terms where term >= value and term < value || ${LAST_LETTER})`),
      ])
      return new Set(rows.map(([beginning]) => beginning))
    },
    async listKnownWords(beginning, limit) {
      const [rows] = await db.batch([
        db.all<[string]>(sql`
          select term from search_terms
          where term >= ${beginning} and term < ${beginning} || ${LAST_LETTER} limit ${limit}`),
      ])
      return rows.map(([term]) => term)
    },
    async sweepIndex(before) {
      await db.batch(sweep(db, before))
    },
  }
}

/** Behind every letter that a word may hold. */
const LAST_LETTER = '\u{10ffff}'

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
    select ${newestDoc}, one.value ->> 'names', one.value ->> 'tags', one.value ->> 'description', one.value ->> 'readme'
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

function fileNames(db: Connection, all: string, present: string) {
  return [
    db.run(sql`
      delete from search_filed where worker in (select one.value ->> 'worker' from json_each(${all}) as one)`),
    db.run(sql`
      insert into search_filed (key, worker, publisher, official, created_at)
      select
        filed.value, one.value ->> 'worker', one.value ->> 'publisherId',
        (one.value ->> 'flags') & ${FLAGS.official}, one.value ->> 'createdAt'
      from json_each(${present}) as one, json_each(one.value, '$.filed') as filed where true
      on conflict do nothing`),
  ] as const
}

/** The words stay under their number; the row ends and goes on with other downloads. */
function updateDownloads(db: Connection, workers: string, now: number) {
  const changed = sql`
    select search_workers.worker from json_each(${workers}) as one
    join search_workers on search_workers.worker = one.value and until is null
    join downloads_by_worker as counted on counted.worker = one.value
    where counted.downloads <> search_workers.downloads`
  return [
    db.all<[number]>(sql`
      update search_state set changed = max(changed + 1, ${now}) where exists (${changed}) returning changed`),
    db.run(sql`
      update search_workers set
        until = (select changed from search_state), changed = (select changed from search_state)
      where until is null and worker in (${changed})`),
    db.run(sql`
      insert into search_workers
        (doc, worker, revision, digest, since, changed, name, labels, published_at, downloads, flags, publisher, fit)
      select
        doc, former.worker, revision, digest, until, until, name, labels, published_at,
        counted.downloads, flags, publisher, fit
      from json_each(${workers}) as one
      join search_workers as former on former.worker = one.value
        and former.until = (select changed from search_state)
      join downloads_by_worker as counted on counted.worker = one.value
      where not exists (
        select 1 from search_workers as current where current.worker = one.value and current.until is null)
        and counted.downloads <> former.downloads`),
  ] as const
}

async function matchWords(db: Connection, expressions: readonly string[]): Promise<Uint32Array[]> {
  if (expressions.length === 0) return []
  const [[last]] = await db.batch([db.all<[number | null]>(sql`select max(doc) from search_texts`)])
  const newest = last?.[0] ?? 0
  const places = expressions.flatMap((expression, index) =>
    Array.from({ length: Math.ceil((newest + 1) / DOCS_AT_ONCE) }, (_, part) => ({
      index,
      statement: matching(db, expression, part * DOCS_AT_ONCE),
    })),
  )
  const [first, ...others] = places.map(({ statement }) => statement)
  if (first === undefined) return expressions.map(() => new Uint32Array())
  const results = await db.batch([first, ...others])
  const texts = expressions.map((_, index) =>
    results.flatMap((rows, place) => (places[place]?.index === index ? (rows[0]?.[0] ?? []) : [])).join(','),
  )
  return texts.map(numbersIn)
}

function matching(db: Connection, expression: string, from: number) {
  return db.all<[string | null]>(sql`
    select group_concat(rowid) from search_words
    where search_words match ${expression} and rowid between ${from} and ${from + DOCS_AT_ONCE - 1}`)
}

/** Reads `1,5,9`. Splitting 100,000 numbers into texts first would take most of a search. */
function numbersIn(text: string): Uint32Array {
  const numbers = new Uint32Array((text.length >> 1) + 1)
  let count = 0
  let number = 0
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (code === COMMA) {
      numbers[count] = number
      count += 1
      number = 0
    } else number = number * 10 + code - ZERO
  }
  if (text !== '') {
    numbers[count] = number
    count += 1
  }
  return numbers.subarray(0, count)
}

const COMMA = 44
const ZERO = 48

function indexedRow([
  row,
  doc,
  worker,
  since,
  until,
  changed,
  name,
  labels,
  publishedAt,
  downloads,
  flags,
  publisher,
  fit,
]: RowTuple) {
  return {
    row,
    doc,
    worker,
    since,
    until,
    changed,
    name,
    labels,
    publishedAt,
    downloads,
    flags,
    publisher,
    fit,
  }
}

function sweep(db: Connection, before: number) {
  const ended = sql`
    select "row" from search_workers where until is not null and until < ${before} limit ${SWEPT_AT_ONCE}`
  const unused: SQL = sql`
    select doc from search_texts
    where not exists (select 1 from search_workers where search_workers.doc = search_texts.doc)
    limit ${SWEPT_AT_ONCE}`
  return [
    db.run(sql`delete from search_workers where "row" in (${ended})`),
    db.run(sql`delete from search_words where rowid in (${unused})`),
    db.run(sql`delete from search_texts where doc in (${unused})`),
  ] as const
}
