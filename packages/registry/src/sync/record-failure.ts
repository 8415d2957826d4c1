import type { CatalogFailure } from '@rbee/schema'
import { writeCatalogStatus } from '../documents/index.ts'
import type { Caller, RegistryPorts } from '../registry.ts'
import { assertOperator } from '../tokens/scopes.ts'
import { explainFailure } from '../upkeep/due-documents.ts'
import { positionOf } from './catalog-position.ts'

/**
 * Notes that a catalog as a whole could not be read, so that `GET /v1/catalog/status` says so. What it brought before is
 * served on; the next sync that finishes forgets the failure.
 *
 * @param position as in `SyncInput`.
 */
export async function recordCatalogFailure(
  ports: RegistryPorts,
  caller: Caller,
  catalog: string,
  failure: CatalogFailure,
  position?: number,
): Promise<void> {
  assertOperator(caller)
  const { code, message, next } = failure
  const place = await positionOf(ports.database, catalog, position)
  await ports.database.saveCatalogFailure(catalog, place, { code, message, next, at: ports.clock() })
  await explainFailure(() => writeCatalogStatus(ports))
}
