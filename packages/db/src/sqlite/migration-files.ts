import { readdirSync, readFileSync } from 'node:fs'

/** One step that the tables went through. */
export interface Migration {
  /** `0001_catalog.sql`: they are applied in the order of their names. */
  readonly name: string
  readonly sql: string
}

const FOLDER = new URL('../../migrations/', import.meta.url)

/** All steps, in their order. Bundled programs, which have no such folder, carry them in this module's place. */
export function readMigrations(): readonly Migration[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.sql'))
    .toSorted()
    .map((name) => ({ name, sql: readFileSync(new URL(name, FOLDER), 'utf8') }))
}
