import type { DatabaseSync } from './engine.ts'

/**
 * Runs `work` as one transaction, which is undone when it fails.
 *
 * @param mode `IMMEDIATE` waits for the right to write before anything is read; `DEFERRED` never asks for it.
 */
export function inTransaction<T>(sqlite: DatabaseSync, mode: 'DEFERRED' | 'IMMEDIATE', work: () => T): T {
  sqlite.exec(`BEGIN ${mode}`)
  try {
    const result = work()
    sqlite.exec('COMMIT')
    return result
  } catch (error) {
    // Some failures, such as a full disk, ended the transaction already.
    if (sqlite.isTransaction) sqlite.exec('ROLLBACK')
    throw error
  }
}
