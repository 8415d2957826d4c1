import { type CatalogEntry, compareVersions, RbeeError } from '@rbee/schema'
import { checkLookAlike, checkNames, takeNames } from '../names/name-rules.ts'
import { namesOf } from '../names/worker-names.ts'
import type { WorkerRecord, WorkerRow } from '../ports/database.ts'
import type { RegistryPorts } from '../registry.ts'
import { isOwnedByToken, ownerOfCatalog } from '../releases/worker-ownership.ts'

/** An entry whose shape and hash are right, on its way into the database. */
export interface AnnouncedEntry {
  readonly entry: CatalogEntry
  readonly hash: string
}

/**
 * Stores the recipe of one entry if every rule allows it: the catalog may bring this worker, its names are allowed and
 * free, and its version is not older than the one that is served. Fails with the rule's code otherwise.
 *
 * @param officialIds asked only for a worker that is new and not official.
 */
export async function admitEntry(
  ports: RegistryPorts,
  catalog: string,
  { entry, hash }: AnnouncedEntry,
  officialIds: () => Promise<readonly string[]>,
): Promise<void> {
  const { id } = entry.manifest
  const known = await ports.database.getWorker(id)
  if (known !== null) assertMayBring(known, catalog, entry)
  const names = namesOf(entry.manifest, { source: entry.source, layout: entry.layout })
  checkNames(names, entry.source)
  if (known === null && entry.source === 'community') checkLookAlike(id, await officialIds())
  if (known?.recipe) assertNoDowngrade(entry, known.recipe.entry)
  const now = ports.clock()
  const worker: WorkerRow = {
    id,
    source: entry.source,
    owner: known?.worker.owner ?? ownerOfCatalog(catalog),
    createdAt: known?.worker.createdAt ?? now,
  }
  const recipe = { worker: id, catalog, entry, hash, updatedAt: now }
  await takeNames(names, (wanted) => ports.database.saveRecipe(worker, wanted, recipe))
}

/**
 * A worker that another catalog describes stays with it (`duplicate_id`). One that no catalog describes any more may move
 * to another catalog of the same operator, which is what a renamed catalog looks like; but the name of an official
 * worker is not passed on to a community one, and a name that a publisher brought is the publisher's (`name_taken`).
 */
function assertMayBring({ worker, recipe }: WorkerRecord, catalog: string, entry: CatalogEntry): void {
  if (recipe?.catalog === catalog || (recipe === null && worker.owner === ownerOfCatalog(catalog))) return
  if (recipe !== null) {
    throw new RbeeError(
      'duplicate_id',
      `The catalog "${recipe.catalog}" brings the worker "${worker.id}" already`,
      {
        next: 'Take the folder out of one of the two catalogs',
      },
    )
  }
  if (isOwnedByToken(worker)) {
    throw new RbeeError('name_taken', `The id "${worker.id}" belongs to who published it first`, {
      next: 'Choose another id',
    })
  }
  if (worker.source === 'official' && entry.source === 'community') {
    throw new RbeeError('name_taken', `The id "${worker.id}" belongs to an official worker`, {
      next: 'Choose another id',
    })
  }
}

function assertNoDowngrade(entry: CatalogEntry, served: CatalogEntry): void {
  if (compareVersions(entry.version, served.version) >= 0) return
  throw new RbeeError(
    'downgrade',
    `Version ${entry.version} of "${entry.manifest.id}" is older than ${served.version}, which is served`,
    { next: 'State a version that is not older; to take changes back, release them under a newer version' },
  )
}
