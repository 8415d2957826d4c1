import type { Database } from '../ports/database.ts'

type UnsettlePorts = Pick<
  Database,
  'listShakenCatalogs' | 'listCatalogStates' | 'saveCatalogState' | 'saveCatalogFailure'
>

/**
 * Takes the word back that a catalog needs not be compiled again, for those with entries that were refused for the sake
 * of a worker which has changed since: at the next reading they are judged anew.
 */
export async function unsettleCatalogs(database: UnsettlePorts): Promise<void> {
  const shaken = new Set(await database.listShakenCatalogs())
  if (shaken.size === 0) return
  for (const { state, position } of await database.listCatalogStates()) {
    const { compiler, failed_at, failure, ...rest } = state
    if (compiler === undefined || !shaken.has(state.catalog)) continue
    await database.saveCatalogState(rest, position)
    if (failure && failed_at) {
      await database.saveCatalogFailure(state.catalog, position, { ...failure, at: Date.parse(failed_at) })
    }
  }
}
