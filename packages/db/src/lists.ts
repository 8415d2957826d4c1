import { type SQL, type SQLWrapper, sql } from 'drizzle-orm'

/**
 * Whether a column is one of `values`. The list is one bound parameter, of which D1 takes at most 100, and the
 * statement is the same for every length, so that it is prepared once.
 */
export function isIn(column: SQLWrapper, values: readonly string[]): SQL {
  return sql`${column} in (select value from json_each(${JSON.stringify(values)}))`
}
