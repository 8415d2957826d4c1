import type { CatalogState, Finding, SyncFinish, SyncFinished } from '@rbee/schema'
import { writeCatalogStatus } from '../documents/index.ts'
import type { Database, SyncRow } from '../ports/database.ts'
import type { Caller, RegistryPorts } from '../registry.ts'
import { explainFailure, writeDueDocuments } from '../upkeep/due-documents.ts'
import { positionOf } from './catalog-position.ts'
import type { OpenSync, OpenSyncs } from './open-syncs.ts'
import { refusal, UNKNOWN_PLACE } from './refusals.ts'
import { unsettleCatalogs } from './unsettle-catalogs.ts'

type About = Pick<SyncFinish, 'compiler' | 'folder'>
type Recipe = Awaited<ReturnType<Database['listRecipes']>>[number]

/**
 * Ends a sync: takes away the recipes that left the catalog, records what was accepted and refused, and writes
 * documents that changed. Until it succeeds and nothing remains it can be called again.
 *
 * @param findings what compiling the catalog found, and what `addSyncEntries` refused.
 */
export async function finishSync(
  ports: RegistryPorts,
  syncs: OpenSyncs,
  caller: Caller,
  syncId: string,
  findings: readonly Finding[],
  about: About = {},
): Promise<SyncFinished> {
  const sync = await syncs.find(caller, syncId)
  const { row } = sync
  const recipes = await ports.database.listRecipes(row.catalog)
  const gone = recipes.filter(({ worker }) => !sync.hashes.has(worker)).map(({ worker }) => worker)
  if (gone.length > 0) await ports.database.removeRecipes(row.catalog, gone)
  const accepted = recipes.filter(({ worker, hash }) => sync.hashes.get(worker) === hash)
  const remembered = await refusalsInForce(ports.database, sync, accepted)
  const state = catalogStateOf(row, accepted, findings, remembered, about, ports.clock())
  const position = await positionOf(ports.database, row.catalog, row.position)
  await ports.database.saveCatalogState(state, position)
  const { remaining, unwritable } = await writeDueDocuments(ports)
  const told = withUnwritable(state, unwritable)
  if (told !== state) await ports.database.saveCatalogState(told, position)
  await unsettleCatalogs(ports.database)
  await explainFailure(() => writeCatalogStatus(ports))
  if (remaining === 0) {
    await ports.database.deleteSync(row.id)
    syncs.forget(row.id)
  }
  return { ...told, remaining }
}

/** What was refused as it stands in the catalog, in this sync or before; forgets all other refusals. */
async function refusalsInForce(
  database: Database,
  { row, hashes }: OpenSync,
  accepted: readonly Recipe[],
): Promise<Finding[]> {
  const taken = new Set(accepted.map(({ worker }) => worker))
  const all = await database.listRefusals(row.catalog)
  const { inForce = [], past = [] } = Object.groupBy(all, ({ worker, hash }) =>
    hashes.get(worker) === hash && !taken.has(worker) ? 'inForce' : 'past',
  )
  await database.removeRefusals(
    row.catalog,
    past.map(({ worker }) => worker),
  )
  return inForce.map(({ finding }) => finding)
}

/** What a sync came to, as the public status tells it. */
export function catalogStateOf(
  sync: SyncRow,
  accepted: readonly Recipe[],
  findings: readonly Finding[],
  remembered: readonly Finding[],
  { compiler, folder }: About,
  now: number,
): CatalogState {
  const errors = findings.filter(({ severity }) => severity === 'error')
  const told = new Set(errors.map(identityOf))
  for (const finding of remembered) {
    if (!told.has(identityOf(finding))) errors.push({ ...finding, path: pathBelow(folder, finding.path) })
  }
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

/** Tells a refusal that the client hands back from one that it does not know of; it may have shortened the path. */
function identityOf({ worker, code, message }: Finding): string {
  return `${worker} ${code} ${message}`
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
        { path: '', stated: UNKNOWN_PLACE, worker: id },
      ),
    )
}

function withUnwritable(state: CatalogState, unwritable: ReadonlySet<string>): CatalogState {
  const concerned = state.accepted.filter(({ id }) => unwritable.has(id))
  if (concerned.length === 0) return state
  const warnings = concerned.map(
    ({ id, path }): Finding => ({
      ...refusal(
        {
          code: 'internal',
          message: 'The worker is served as it was before: its documents could not be composed',
          next: 'Look at the log of the server',
        },
        { path, stated: UNKNOWN_PLACE, worker: id },
      ),
      severity: 'warning',
    }),
  )
  return { ...state, warnings: [...state.warnings, ...warnings] }
}
