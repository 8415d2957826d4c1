import type { CatalogState, Finding, SyncFinish, SyncFinished } from '@rbee/schema'
import { writeCatalogStatus } from '../documents/index.ts'
import type { Database, SyncRow } from '../ports/database.ts'
import type { Caller, RegistryPorts } from '../registry.ts'
import { explainFailure, writeDueDocuments } from '../upkeep/due-documents.ts'
import { findSync } from './begin-sync.ts'
import { positionOf } from './catalog-position.ts'
import { refusal } from './refusals.ts'

type About = Pick<SyncFinish, 'compiler' | 'folder'>
type Recipe = Awaited<ReturnType<Database['listRecipes']>>[number]

/**
 * Ends a sync: takes away the recipes that left the catalog, records what was accepted and refused, and writes
 * all documents that changed. Until it succeeds it can be called again.
 *
 * @param findings what compiling the catalog found, and what `addSyncEntries` refused.
 */
export async function finishSync(
  ports: RegistryPorts,
  caller: Caller,
  syncId: string,
  findings: readonly Finding[],
  about: About = {},
): Promise<SyncFinished> {
  const sync = await findSync(ports, caller, syncId)
  const recipes = await ports.database.listRecipes(sync.catalog)
  const announced = new Map(sync.entries.map(({ id, hash }) => [id, hash]))
  const gone = recipes.filter(({ worker }) => !announced.has(worker)).map(({ worker }) => worker)
  if (gone.length > 0) await ports.database.removeRecipes(sync.catalog, gone)
  const accepted = recipes.filter(({ worker, hash }) => announced.get(worker) === hash)
  const state = catalogStateOf(sync, accepted, findings, about, ports.clock())
  await ports.database.saveCatalogState(state, await positionOf(ports.database, sync.catalog, sync.position))
  await writeDueDocuments(ports)
  await explainFailure(() => writeCatalogStatus(ports))
  await ports.database.deleteSync(sync.id)
  return { ...state, remaining: 0 }
}

function catalogStateOf(
  sync: SyncRow,
  accepted: readonly Recipe[],
  findings: readonly Finding[],
  { compiler, folder }: About,
  now: number,
): CatalogState {
  const errors = findings.filter(({ severity }) => severity === 'error')
  return {
    catalog: sync.catalog,
    commit: sync.commit,
    ...(compiler === undefined ? {} : { compiler }),
    synced_at: new Date(now).toISOString(),
    accepted: accepted.map(({ worker, version, path }) => ({
      id: worker,
      version,
      path: pathBelow(folder, path),
    })),
    refused: [...errors, ...unexplained(sync, accepted, errors)],
    warnings: findings.filter(({ severity }) => severity === 'warning'),
  }
}

/** A path inside the repository, as seen from the catalog's folder. */
function pathBelow(folder: string | undefined, path: string): string {
  if (folder === undefined || folder === '') return path
  if (path === folder) return '.'
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path
}

/** Entries that were announced, are not stored, and of which no finding says why: they never arrived. */
function unexplained(sync: SyncRow, accepted: readonly Recipe[], errors: readonly Finding[]): Finding[] {
  const settled = new Set<string | null>(accepted.map(({ worker }) => worker))
  for (const { worker } of errors) settled.add(worker)
  return sync.entries
    .filter(({ id }) => !settled.has(id))
    .map(({ id }) =>
      refusal(
        {
          code: 'invalid_body',
          message: `The entry "${id}" was announced and not accepted`,
          next: 'Sync the catalog again',
        },
        { path: '', worker: id },
      ),
    )
}
