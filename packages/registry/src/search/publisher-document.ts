import type { ListSort, PublisherDocument } from '@rbee/schema'
import { type Columns, decodeCursor, encodeCursor, selectPage, sortKeys } from '@rbee/search'
import { momentOf } from './index-columns.ts'
import { readHits } from './read-hits.ts'
import type { SearchPorts } from './search-ports.ts'

export interface PublisherQuestion {
  readonly id: string
  readonly sort: ListSort
  readonly limit: number
  readonly cursor: string | null
}

/** A publisher with one page of its workers; null for one that has none. */
export async function showPublisher(
  { database, clock }: SearchPorts,
  columns: Columns,
  { id, sort, limit, cursor: text }: PublisherQuestion,
): Promise<PublisherDocument | null> {
  const question = `publisher ${id} ${sort}`
  const cursor = text === null ? null : decodeCursor(text, question)
  const now = clock()
  const view = columns.at(momentOf(columns, cursor, now))
  const own = view.versions.filter(({ publisher }) => publisher.id === id)
  const publisher = own[0]?.publisher
  if (publisher === undefined) return null
  const ranked = {
    length: own.length,
    key: sortKeys(sort, { ...view, versions: own }),
    worker: (index: number) => own[index]?.worker ?? '',
  }
  const page = selectPage(ranked, limit + 1, cursor)
  const shown = page.slice(0, limit).flatMap(({ index }) => own[index] ?? [])
  const last = page.length > limit ? page[limit - 1] : undefined
  const hits = await readHits(database, shown)
  return {
    ...publisher,
    workers: shown.flatMap(({ doc }) => hits.get(doc)?.worker ?? []),
    total: own.length,
    next_cursor:
      last === undefined
        ? null
        : encodeCursor({
            moment: view.moment,
            time: cursor?.time ?? now,
            sort,
            matching: 'all',
            corrected: null,
            question,
            key: last.key,
            worker: ranked.worker(last.index),
          }),
    downloads: own.reduce((sum, { downloads }) => sum + downloads, 0),
    since: new Date(Math.min(...own.map(({ publishedAt }) => publishedAt))).toISOString(),
  }
}
