import { RbeeError } from '@rbee/schema'
import { type Columns, type Cursor, createColumns } from '@rbee/search'
import type { SearchIndex } from '../ports/search-index.ts'

/** Rows that are read at once: their answer stays far below what D1 sends. */
const ROWS_AT_ONCE = 5_000
/** How long a list may be paged from its first page on: rows that ended longer ago are forgotten. */
export const PAGED_FOR_MS = 60 * 60_000

/** The rows of the index in memory, in line with the database whenever they are asked for. */
export function indexColumns(
  database: Pick<SearchIndex, 'indexMoment' | 'listIndexed'>,
): () => Promise<Columns> {
  let columns = createColumns()
  let reading: Promise<Columns> | null = null

  async function read(): Promise<Columns> {
    const moment = await database.indexMoment()
    // An older database was put in place of the one that was read.
    if (moment < columns.moment) columns = createColumns()
    if (moment === columns.moment) return columns
    const after = columns.moment
    let last: { changed: number; row: number } | null = null
    for (;;) {
      const rows = await database.listIndexed(after, last, ROWS_AT_ONCE)
      // Rows of a later change than `moment` are applied as well, and read once more the next time.
      columns.apply(rows, after)
      last = rows.at(-1) ?? null
      if (rows.length < ROWS_AT_ONCE) break
    }
    columns.apply([], moment)
    columns.forget(moment - 2 * PAGED_FOR_MS)
    return columns
  }

  return () => {
    reading ??= read().finally(() => {
      reading = null
    })
    return reading
  }
}

/** All pages of a list show what the first one did, as long as that is remembered. */
export function momentOf(columns: Columns, cursor: Cursor | null, now: number): number {
  if (cursor === null) return columns.moment
  if (cursor.moment > columns.moment) {
    throw new RbeeError('invalid_cursor', 'The cursor is of a catalog that is not there any more', {
      next: 'Leave the cursor out',
    })
  }
  return cursor.moment === columns.moment || now - cursor.time < PAGED_FOR_MS ? cursor.moment : columns.moment
}
