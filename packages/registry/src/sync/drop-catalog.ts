import { type CatalogDropped, RbeeError } from '@rbee/schema'
import { writeCatalogStatus } from '../documents/index.ts'
import { staffEvent } from '../log/log-entry.ts'
import type { Caller, RegistryPorts } from '../registry.ts'
import { assertOperator } from '../tokens/scopes.ts'
import { explainFailure, writeDueDocuments } from '../upkeep/due-documents.ts'
import { unsettleCatalogs } from './unsettle-catalogs.ts'

/**
 * Takes a catalog away that its operator no longer has: its recipes go, while names stay with their workers and
 * published releases are served on. From then on another catalog may describe the workers. Until nothing remains it can
 * be called again. Fails with `catalog_not_found`.
 */
export async function dropCatalog(
  ports: RegistryPorts,
  caller: Caller,
  catalog: string,
): Promise<CatalogDropped> {
  assertOperator(caller)
  const { database } = ports
  const workers = (await database.listRecipes(catalog)).map(({ worker }) => worker)
  const states = await database.listCatalogStates()
  if (workers.length === 0 && !states.some(({ state }) => state.catalog === catalog)) {
    throw new RbeeError('catalog_not_found', `There is no catalog "${catalog.slice(0, 200)}"`, {
      next: 'Read the names of the catalogs at /v1/catalog/status',
    })
  }
  if (workers.length > 0) {
    // Without the catalog's name, which may be a place that nobody should know of.
    const reason = `a catalog that described ${workers.length} workers`
    await database.saveRegistryEvents([staffEvent(caller, ports.clock(), { action: 'drop_catalog', reason })])
    await database.removeRecipes(catalog, workers)
  }
  const { remaining } = await writeDueDocuments(ports)
  // Kept to the end, so that a call that is repeated finds the catalog.
  if (remaining === 0) await database.deleteCatalog(catalog)
  await unsettleCatalogs(database)
  await explainFailure(() => writeCatalogStatus(ports))
  return { catalog, removed: workers.length, remaining }
}
