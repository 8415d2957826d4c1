import { drizzle, type SqliteRemoteDatabase } from 'drizzle-orm/sqlite-proxy'

/** One SQL statement with its bound values. */
export interface Statement {
  readonly sql: string
  readonly params: readonly unknown[]
}

/** The rows of one statement, each an array of its columns' values. */
export type Rows = unknown[][]

/**
 * When a change has to survive a power failure: `now`, before the batch is answered, or `later`, together with the next
 * that has to at once. In between, a power failure takes it back as a whole, with everything that came after it. D1 does
 * everything at once.
 */
export type Durability = 'now' | 'later'

/**
 * All that the queries of this package need of a database: several statements, run in order as one transaction.
 * This is what D1 can do, so it is what SQLite is asked for too.
 */
export type RunBatch = (statements: readonly Statement[], durability: Durability) => Promise<Rows[]>

export interface DatabaseOptions {
  /** Told of every statement before it is run. */
  readonly onQuery?: (sql: string) => void
}

/** A query builder whose only way to run anything is `batch`. */
export type Connection = Pick<
  SqliteRemoteDatabase,
  'batch' | 'select' | 'insert' | 'update' | 'delete' | 'run' | 'all'
>

export function connect(
  runBatch: RunBatch,
  { onQuery }: DatabaseOptions,
  durability: Durability = 'now',
): Connection {
  return drizzle(
    () => {
      throw new Error('Run the query in a batch')
    },
    async (statements) => {
      for (const { sql } of statements) onQuery?.(sql)
      const results = await runBatch(statements, durability)
      return results.map((rows) => ({ rows }))
    },
  )
}
