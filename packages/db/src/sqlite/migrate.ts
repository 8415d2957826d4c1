import { readdirSync, readFileSync } from 'node:fs'
import { RbeeError } from '@rbee/schema'
import type BetterSqlite3 from 'better-sqlite3'

const MIGRATIONS = new URL('../../migrations/', import.meta.url)

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
export function migrate(sqlite: BetterSqlite3.Database): void {
  const files = readdirSync(MIGRATIONS)
    .filter((name) => name.endsWith('.sql'))
    .toSorted()
  const apply = sqlite.transaction(() => {
    sqlite.exec(RECORD)
    const applied = appliedMigrations(sqlite)
    const unknown = [...applied].find((name) => !files.includes(name))
    if (unknown !== undefined) {
      throw new RbeeError('setting_invalid', `The database was made by a newer version (${unknown})`, {
        next: 'Start the newer version, or choose another data folder',
      })
    }
    for (const name of files.filter((file) => !applied.has(file))) {
      sqlite.exec(readFileSync(new URL(name, MIGRATIONS), 'utf8'))
      sqlite.prepare('INSERT INTO d1_migrations (name) VALUES (?)').run(name)
    }
  })
  apply.immediate()
}

function appliedMigrations(sqlite: BetterSqlite3.Database): ReadonlySet<string> {
  return new Set(sqlite.prepare<[], string>('SELECT name FROM d1_migrations').pluck().all())
}
