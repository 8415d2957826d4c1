import type { SearchIndex } from '@rbee/registry'
import { type SQL, sql } from 'drizzle-orm'
import type { Connection } from '../connection.ts'
import { filedLikeQueries } from './alike.ts'
import { matchWords } from './match-words.ts'
import { mendQueries } from './mend-index.ts'
import { saveEntries } from './save-entries.ts'
import { updateDownloads } from './update-downloads.ts'

/** Rows that are deleted in one call. */
const SWEPT_AT_ONCE = 500
/** Known words of one beginning. */
const WORDS_AT_ONCE = 20_000

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
    saveIndexed: (entries, removals, now) => saveEntries(db, entries, removals, now),
    async saveIndexedDownloads(workers, now) {
      const list = JSON.stringify(workers)
      const results = await db.batch(updateDownloads(db, list, now))
      return results[0].length > 0
    },
    ...filedLikeQueries(db),
    ...mendQueries(db),
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
    matchWords: (questions, docs) => matchWords(db, questions, docs),
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
    async listKnownWords(beginnings, { shortest, longest }) {
      const length = sql`length(term) between ${shortest} and ${longest}`
      const [first, ...others] = beginnings.map(({ letters, behindFirst }) =>
        behindFirst
          ? db.all<[string]>(sql`
              select term from search_terms
              where substr(term, 2) >= ${letters} and substr(term, 2) < ${letters} || ${LAST_LETTER} and ${length}
              limit ${WORDS_AT_ONCE}`)
          : db.all<[string]>(sql`
              select term from search_terms
              where term >= ${letters} and term < ${letters} || ${LAST_LETTER} and ${length}
              limit ${WORDS_AT_ONCE}`),
      )
      if (first === undefined) return []
      const results = await db.batch([first, ...others])
      return results.flatMap((rows) => rows.map(([term]) => term))
    },
    async sweepIndex(before) {
      await db.batch(sweep(db, before))
    },
  }
}

/** Behind every letter that a word may hold. */
const LAST_LETTER = '\u{10ffff}'

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
    db.run(sql`delete from search_heads where rowid in (${unused})`),
    db.run(sql`delete from search_texts where doc in (${unused})`),
  ] as const
}
