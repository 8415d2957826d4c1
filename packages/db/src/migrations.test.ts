import { describe, expect, it } from 'vitest'
import { DatabaseSync } from './sqlite/engine.ts'
import { isContracting } from './sqlite/migrate.ts'
import { readMigrations } from './sqlite/migration-files.ts'

// While a version is replaced, the one before works on the tables of the next: on Cloudflare migrations go first, on Node
// an operator may put the earlier version back. docs/decisions/0009-migrations.md states the rule.

interface Column {
  readonly name: string
  readonly type: string
  readonly isRequired: boolean
  readonly hasDefault: boolean
}

/** What statements of the version before depend on, table by table. */
interface Table {
  readonly columns: readonly Column[]
  /** Whatever can refuse a row: unique indexes, foreign keys, triggers. */
  readonly constraints: readonly string[]
}

function tablesOf(sqlite: DatabaseSync): Map<string, Table> {
  const names = sqlite.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").all()
  return new Map(names.map(({ name }) => [String(name), tableOf(sqlite, String(name))]))
}

function tableOf(sqlite: DatabaseSync, table: string): Table {
  const rows = (pragma: string) => sqlite.prepare(`PRAGMA ${pragma}('${table}')`).all()
  const triggers = sqlite
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?")
    .all(table)
  return {
    columns: rows('table_info').map(({ name, type, notnull, dflt_value }) => ({
      name: String(name),
      type: String(type),
      isRequired: notnull === 1,
      hasDefault: dflt_value !== null,
    })),
    constraints: [
      ...rows('index_list')
        .filter((index) => index.unique === 1)
        .map(({ name }) => `unique index ${name}`),
      ...rows('foreign_key_list').map((key) => `foreign key ${key.from} to ${key.table}`),
      ...triggers.map(({ name }) => `trigger ${name}`),
    ],
  }
}

/** What a version that knows the tables of `before` cannot take about those of `after`. */
function breaksBetween(before: ReadonlyMap<string, Table>, after: ReadonlyMap<string, Table>): string[] {
  return [...before].flatMap(([name, old]) => {
    const now = after.get(name)
    if (!now) return [`table ${name} is gone`]
    const known = new Map(old.columns.map((column) => [column.name, column]))
    const columns = new Map(now.columns.map((column) => [column.name, column]))
    return [
      ...old.columns.flatMap((column) => {
        const kept = columns.get(column.name)
        if (!kept) return [`column ${name}.${column.name} is gone`]
        const isSame = kept.type === column.type && kept.isRequired === column.isRequired
        return isSame ? [] : [`column ${name}.${column.name} is another one`]
      }),
      ...now.columns
        .filter((column) => !known.has(column.name) && column.isRequired && !column.hasDefault)
        .map((column) => `column ${name}.${column.name} must be given`),
      ...now.constraints
        .filter((one) => !old.constraints.includes(one))
        .map((one) => `${name} has a new ${one}`),
    ]
  })
}

function breaksOf(migrations: readonly string[], next: string): string[] {
  const sqlite = new DatabaseSync(':memory:')
  for (const sql of migrations) sqlite.exec(sql)
  const before = tablesOf(sqlite)
  sqlite.exec(next)
  return breaksBetween(before, tablesOf(sqlite))
}

describe('migrations', () => {
  const migrations = readMigrations()

  it('have names that say their order, each number once', () => {
    const numbers = migrations.map(({ name }) => /^(\d{4})_[a-z0-9_]+\.sql$/.exec(name)?.[1])
    expect(numbers).toEqual(migrations.map((_, index) => String(index + 1).padStart(4, '0')))
  })

  it.each(migrations.map(({ name, sql }, index) => [name, sql, index] as const))(
    '%s lets the version before go on working',
    (name, sql, index) => {
      if (isContracting(name)) return
      const earlier = migrations.slice(0, index).map((migration) => migration.sql)
      expect(breaksOf(earlier, sql)).toEqual([])
    },
  )
})

it('marks every worker once with each migration after which documents say more than before', () => {
  const sqlite = new DatabaseSync(':memory:')
  const marked = () => sqlite.prepare('SELECT worker FROM due ORDER BY worker').all()
  const marking: string[] = []
  for (const { name, sql } of readMigrations()) {
    if (name === '0005_documents_anew.sql') {
      for (const id of ['a-worker', 'b-worker']) {
        sqlite
          .prepare("INSERT INTO workers (id, source, owner, created_at) VALUES (?, 'community', 'o', 0)")
          .run(id)
      }
      expect(marked()).toEqual([])
    }
    sqlite.exec(sql)
    if (marked().length === 0) continue
    marking.push(name)
    expect(marked().map(({ worker }) => worker)).toEqual(['a-worker', 'b-worker'])
    sqlite.exec('DELETE FROM due')
  }
  expect(marking).toContain('0005_documents_anew.sql')
})

describe('the rule', () => {
  const first =
    'CREATE TABLE a (id TEXT PRIMARY KEY NOT NULL, n INTEGER) STRICT; CREATE TABLE b (id TEXT) STRICT;'

  it.each([
    ['DROP TABLE b', ['table b is gone']],
    ['ALTER TABLE a RENAME TO c', ['table a is gone']],
    ['ALTER TABLE a DROP COLUMN n', ['column a.n is gone']],
    ['ALTER TABLE a RENAME COLUMN n TO m', ['column a.n is gone']],
    ["ALTER TABLE a ADD COLUMN m TEXT NOT NULL DEFAULT ''", []],
    ['ALTER TABLE a ADD COLUMN m TEXT', []],
    ['CREATE TABLE c (id TEXT PRIMARY KEY NOT NULL)', []],
    ['CREATE INDEX b_id ON b (id)', []],
    ['CREATE UNIQUE INDEX b_id ON b (id)', ['b has a new unique index b_id']],
    ['DROP TABLE b; CREATE TABLE b (id TEXT, m TEXT NOT NULL) STRICT', ['column b.m must be given']],
    ['DROP TABLE b; CREATE TABLE b (id INTEGER) STRICT', ['column b.id is another one']],
    ["CREATE TRIGGER t BEFORE INSERT ON b BEGIN SELECT RAISE(ABORT, 'no'); END", ['b has a new trigger t']],
    ['ALTER TABLE b ADD COLUMN a TEXT REFERENCES a (id)', ['b has a new foreign key a to a']],
  ])('finds what breaks the version before: %s', (sql, breaks) => {
    expect(breaksOf([first], sql)).toEqual(breaks)
  })
})
