/**
 * SQLite as Node brings it along. The npm package, which also runs on versions of Node without it, puts another engine
 * with the same interface here.
 */
export { DatabaseSync, type StatementSync } from 'node:sqlite'
