import { readdirSync, readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { getTableConfig, type SQLiteTable } from 'drizzle-orm/sqlite-core'
import { describe, expect, it } from 'vitest'
import * as tables from './tables.ts'

const MIGRATIONS = new URL('../migrations/', import.meta.url)

function migrated(): DatabaseSync {
  const sqlite = new DatabaseSync(':memory:')
  for (const name of readdirSync(MIGRATIONS).toSorted()) {
    sqlite.exec(readFileSync(new URL(name, MIGRATIONS), 'utf8'))
  }
  return sqlite
}

const described = Object.values(tables).map((table) => getTableConfig<SQLiteTable>(table))

describe('tables.ts', () => {
  // Those of search hold a full-text index, which the query builder knows nothing of: they are asked in SQL alone.
  it('describes every table of the migrations', () => {
    const names = migrated()
      .prepare(
        `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'search_%'`,
      )
      .all()
      .map(({ name }) => name)
    expect(described.map(({ name }) => name).toSorted()).toEqual(names.toSorted())
  })

  it.each(described.map((table) => [table.name, table] as const))(
    'describes the columns of %s',
    (name, table) => {
      const columns = migrated()
        .prepare('SELECT name, type, "notnull", pk FROM pragma_table_info(?)')
        .all(name)
        .map(({ name, type, notnull, pk }) => ({ name, type, notnull, pk: Number(pk) }))
      expect(
        table.columns.map((column) => ({
          name: column.name,
          type: column.getSQLType().toUpperCase(),
          notnull: column.notNull ? 1 : 0,
        })),
      ).toEqual(columns.map(({ name, type, notnull }) => ({ name, type, notnull })))
      const key = table.primaryKeys[0]?.columns ?? table.columns.filter((column) => column.primary)
      expect(key.map((column) => column.name)).toEqual(
        columns
          .filter(({ pk }) => pk > 0)
          .toSorted((a, b) => a.pk - b.pk)
          .map((column) => column.name),
      )
    },
  )

  it.each(described.map((table) => [table.name, table] as const))(
    'describes the indexes of %s',
    (name, table) => {
      const indexes = migrated()
        .prepare(`SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL`)
        .all(name)
        .map((row) => row.name)
      expect(table.indexes.map((index) => index.config.name).toSorted()).toEqual(indexes.toSorted())
    },
  )
})
