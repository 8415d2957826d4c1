import { type Version, versionSchema, versionsDocumentSchema, type WorkerId } from '@rbee/schema'
import type { z } from 'zod'
import { inGroups } from '../documents/in-groups.ts'
import { readJson } from '../documents/json-bytes.ts'
import { readListPage, readListRoot } from '../documents/list/root.ts'
import { releaseRowSchema, workerRowsSchema } from '../documents/row-records.ts'
import type { OperationBudget } from '../documents/write-marked.ts'
import type { WorkerRecord } from '../ports/database.ts'
import type { RegistryPorts, Restored } from '../registry.ts'
import type { DocumentKey } from '../storage-keys.ts'

const WORKERS_AT_ONCE = 16
/** Workers whose restoring may have been cut off: each leaves a mark, and they are restored a few at a time. */
const MARKS = 500
/** So often the search for lost workers begins at another page of the list. */
const ROTATION_MS = 60_000

type RestorePorts = Pick<RegistryPorts, 'database' | 'documents' | 'clock' | 'operationsPerCall'>

/** What became of one worker; `partial` and `unseen` where the budget ended before all of its rows were put back. */
type Outcome = 'complete' | 'restored' | 'lost' | 'partial' | 'unseen'

/**
 * Fills a database that was lost, in whole or before its first start, from the rows that lie beside the documents.
 * Without this, a catalog that is read again would replace the documents of releases that the database no longer knows,
 * and their versions could be published anew with other bytes. Has to run before documents are written. Tokens and open
 * uploads are not restored.
 *
 * With `operationsPerCall` about half as many requests to the stores are made, and the rest is left for another call.
 */
export async function restoreLostRows(ports: RestorePorts): Promise<Restored> {
  const budget = { operations: (ports.operationsPerCall ?? Number.POSITIVE_INFINITY) / 2 }
  // Of many at once, each could begin with the rest of the budget.
  const atOnce = Number.isFinite(budget.operations) ? 1 : WORKERS_AT_ONCE
  const outcomes = new Map<WorkerId, Outcome>()
  const restoreAll = (workers: readonly WorkerId[]) =>
    inGroups(
      workers.filter((id) => !outcomes.has(id)),
      atOnce,
      async (id) => outcomes.set(id, await restore(ports, id, budget)),
    )
  // Those that may have been restored in part come first, in the order in which their documents will be written.
  await restoreAll((await ports.database.listDue(MARKS)).map(({ worker }) => worker))
  for await (const missing of missingWorkers(ports, budget)) await restoreAll(missing)
  const having = (wanted: Outcome) => [...outcomes].filter(([, outcome]) => outcome === wanted)
  const restored = having('restored').length
  return {
    restored,
    lost: having('lost').map(([id]) => id),
    complete: budget.operations > 0,
    // Where nothing was put back, all that was looked at is whole, and that is more than one call writes.
    writable: having('partial').length === 0 && (having('unseen').length === 0 || restored === 0),
  }
}

/**
 * Workers that the list names and the database lacks, page by page. Those whose rows are lost stay among them: another
 * beginning each time keeps them from taking up every budget.
 */
async function* missingWorkers(
  { database, documents, clock }: RestorePorts,
  budget: OperationBudget,
): AsyncGenerator<WorkerId[]> {
  const { root } = await readListRoot(documents)
  const known = new Set((await database.listWorkerNames()).map(({ id }) => id))
  if (known.size >= root.total) return
  const first = Math.floor(clock() / ROTATION_MS) % root.pages.length
  for (const { sha256 } of [...root.pages.slice(first), ...root.pages.slice(0, first)]) {
    if (budget.operations <= 0) return
    budget.operations -= 1
    const entries = (await readListPage(documents, sha256)) ?? []
    yield entries.map(({ summary }) => summary.id).filter((id) => !known.has(id))
  }
}

async function restore(ports: RestorePorts, id: WorkerId, budget: OperationBudget): Promise<Outcome> {
  const { database } = ports
  if (budget.operations <= 0) return 'unseen'
  budget.operations -= 2
  const present = await database.getWorker(id)
  const rows = await read(ports, { kind: 'worker-rows', id }, workerRowsSchema)
  if (rows === null) return present === null ? 'lost' : 'complete'
  await restoreKeys(ports, id, rows, present)
  if ((rows.rebuilds?.length ?? 0) > (present?.rebuilds?.length ?? 0)) {
    budget.operations -= 1
    await database.restoreRebuilds(id, rows.rebuilds ?? [])
  }
  const versions = new Set<Version>(present?.releases.map(({ version }) => version))
  let outcome: Outcome = 'complete'
  // A worker that is there may have lost its recipe on purpose, but never a release.
  if (present === null && rows.recipe !== null) {
    budget.operations -= 1
    await database.saveRecipes([{ worker: rows.worker, names: rows.names, recipe: rows.recipe }])
    outcome = 'restored'
  }
  budget.operations -= 1
  for (const version of await listedVersions(ports, id)) {
    if (versions.has(version)) continue
    if (budget.operations <= 0) return outcome === 'restored' ? 'partial' : 'unseen'
    budget.operations -= 2
    const release = await read(ports, { kind: 'release-row', id, version }, releaseRowSchema)
    // A version that is only described has no row of its own.
    if (release === null) continue
    await database.insertRelease(rows.worker, rows.names, release)
    outcome = 'restored'
  }
  if (outcome === 'restored' && rows.deprecation !== undefined) {
    budget.operations -= 1
    await database.restoreDeprecation(id, rows.deprecation)
  }
  if ((rows.patches?.length ?? 0) > (present?.patches?.length ?? 0)) {
    budget.operations -= 1
    await database.restorePatches(id, rows.patches ?? [])
  }
  if (outcome === 'restored' && rows.tokensRefused) {
    budget.operations -= 1
    await database.setTokensRefused(id, true, ports.clock(), [])
  }
  return outcome
}

/** Before all else, so that at no moment a release is taken that the keys of the worker would have refused. */
async function restoreKeys(
  { database }: RestorePorts,
  id: WorkerId,
  { keyChanges = [], provenance = [] }: z.output<typeof workerRowsSchema>,
  present: WorkerRecord | null,
): Promise<void> {
  const isWhole =
    (present?.keyChanges?.length ?? 0) >= keyChanges.length &&
    (present?.provenance?.length ?? 0) >= provenance.length
  if (!isWhole) await database.restoreKeys(id, keyChanges, provenance)
}

async function listedVersions(ports: RestorePorts, id: WorkerId): Promise<Version[]> {
  const document = await read(ports, { kind: 'versions', id }, versionsDocumentSchema)
  return document?.versions.map((version) => versionSchema.parse(version)) ?? []
}

async function read<Schema extends z.ZodType>(
  { documents }: RestorePorts,
  key: DocumentKey,
  schema: Schema,
): Promise<z.output<Schema> | null> {
  const stored = await documents.get(key)
  return stored && schema.parse(readJson(stored.body))
}
