import { RbeeError } from '@rbee/schema'
import type { DatabaseSync } from './engine.ts'
import { readMigrations } from './migration-files.ts'
import { inTransaction } from './transaction.ts'

/** The table in which `wrangler d1 migrations apply` keeps its record, so that a copy of a D1 database opens here too. */
const RECORD = `CREATE TABLE IF NOT EXISTS d1_migrations (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT UNIQUE,
  applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
)`

/**
 * Brings the tables up to date. Several processes may do it at once: one does the work, the others wait.
 * Fails with `setting_invalid` when the file was made by a newer version.
 */
export function migrate(sqlite: DatabaseSync): void {
  const migrations = readMigrations()
  inTransaction(sqlite, 'IMMEDIATE', () => {
    sqlite.exec(RECORD)
    const applied = appliedMigrations(sqlite)
    const unknown = [...applied].find((name) => !migrations.some((migration) => migration.name === name))
    if (unknown !== undefined) {
      throw new RbeeError('setting_invalid', `The database was made by a newer version (${unknown})`, {
        next: 'Start the newer version, or choose another data folder',
      })
    }
    for (const { name, sql } of migrations) {
      if (applied.has(name)) continue
      sqlite.exec(sql)
      sqlite.prepare('INSERT INTO d1_migrations (name) VALUES (?)').run(name)
    }
  })
}

function appliedMigrations(sqlite: DatabaseSync): ReadonlySet<string> {
  const rows = sqlite.prepare('SELECT name FROM d1_migrations').all()
  return new Set(rows.map(({ name }) => String(name)))
}
