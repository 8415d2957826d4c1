import { type Version, versionSchema, versionsDocumentSchema, type WorkerId } from '@rbee/schema'
import type { z } from 'zod'
import { inGroups } from '../documents/in-groups.ts'
import { readJson } from '../documents/json-bytes.ts'
import { readListPage, readListRoot } from '../documents/list/root.ts'
import { releaseRowSchema, workerRowsSchema } from '../documents/row-records.ts'
import type { RegistryPorts, Restored } from '../registry.ts'
import type { DocumentKey } from '../storage-keys.ts'

const WORKERS_AT_ONCE = 16
/** Workers whose restoring may have been cut off: each leaves a mark, and they are restored a few at a time. */
const MARKS = 500

type RestorePorts = Pick<RegistryPorts, 'database' | 'documents'>

/**
 * Fills a database that was lost, in whole or before its first start, from the rows that lie beside the documents.
 * Without this, a catalog that is read again would replace the documents of releases that the database no longer knows,
 * and their versions could be published anew with other bytes. Has to run before documents are written. Tokens and open
 * uploads are not restored.
 */
export async function restoreLostRows(ports: RestorePorts): Promise<Restored> {
  const candidates = await findCandidates(ports)
  const outcomes = await inGroups(
    candidates,
    WORKERS_AT_ONCE,
    async (id) => [id, await restore(ports, id)] as const,
  )
  return {
    restored: outcomes.filter(([, outcome]) => outcome === 'restored').length,
    lost: outcomes.filter(([, outcome]) => outcome === 'lost').map(([id]) => id),
  }
}

/** Workers that the list names and the database lacks, and those that may have been restored in part. */
async function findCandidates({ database, documents }: RestorePorts): Promise<WorkerId[]> {
  const { root } = await readListRoot(documents)
  const known = new Set((await database.listWorkerNames()).map(({ id }) => id))
  const candidates = new Set((await database.listDue(MARKS)).map(({ worker }) => worker))
  if (known.size < root.total) {
    for (const { sha256 } of root.pages) {
      for (const { summary } of (await readListPage(documents, sha256)) ?? []) {
        if (!known.has(summary.id)) candidates.add(summary.id)
      }
    }
  }
  return [...candidates]
}

async function restore(ports: RestorePorts, id: WorkerId): Promise<'complete' | 'restored' | 'lost'> {
  const { database } = ports
  const present = await database.getWorker(id)
  const rows = await read(ports, { kind: 'worker-rows', id }, workerRowsSchema)
  if (rows === null) return present === null ? 'lost' : 'complete'
  const versions = new Set<Version>(present?.releases.map(({ version }) => version))
  let outcome: 'complete' | 'restored' = 'complete'
  // A worker that is there may have lost its recipe on purpose, but never a release.
  if (present === null && rows.recipe !== null) {
    await database.saveRecipes([{ worker: rows.worker, names: rows.names, recipe: rows.recipe }])
    outcome = 'restored'
  }
  for (const version of await listedVersions(ports, id)) {
    if (versions.has(version)) continue
    const release = await read(ports, { kind: 'release-row', id, version }, releaseRowSchema)
    // A version that is only described has no row of its own.
    if (release === null) continue
    await database.insertRelease(rows.worker, rows.names, release)
    outcome = 'restored'
  }
  return outcome
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
