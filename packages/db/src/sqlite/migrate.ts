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
 * Brings the tables up to date, all steps or none. Several processes may do it at once: one does the work, the others wait.
 * Fails with `setting_invalid` when a newer version made the file and took away what this one needs.
 */
export function migrate(sqlite: DatabaseSync): void {
  inTransaction(sqlite, 'IMMEDIATE', () => {
    sqlite.exec(RECORD)
    refuseNewer(sqlite)
    const applied = appliedMigrations(sqlite)
    for (const { name, sql } of readMigrations()) {
      if (applied.has(name)) continue
      sqlite.exec(sql)
      sqlite.prepare('INSERT INTO d1_migrations (name) VALUES (?)').run(name)
    }
  })
}

/**
 * Refuses a database that lost something this version may need. Steps of newer versions that only add are fine: the
 * version before must go on working beside them, while it is replaced or when it is put back.
 */
export function refuseNewer(sqlite: DatabaseSync): void {
  const known = new Set(readMigrations().map(({ name }) => name))
  const breaking = [...appliedMigrations(sqlite)].find((name) => !known.has(name) && isContracting(name))
  if (breaking === undefined) return
  throw new RbeeError('setting_invalid', `The database was made by a newer version (${breaking})`, {
    next: 'Start the newer version, or choose another data folder',
  })
}

function appliedMigrations(sqlite: DatabaseSync): ReadonlySet<string> {
  const rows = sqlite.prepare('SELECT name FROM d1_migrations').all()
  return new Set(rows.map(({ name }) => String(name)))
}

/**
 * Whether a step may take away or rename what earlier versions use: `0009_contract_old_tables.sql`. All others only add
 * (docs/decisions/0009-migrations.md).
 */
export function isContracting(name: string): boolean {
  return /^\d+_contract_/.test(name)
}
