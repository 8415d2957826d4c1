import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { startServer } from '../../apps/catalog/src/entry/node.ts'
import { databaseFile } from '../../apps/catalog/src/node/settings.ts'
import { openFileStores } from '../../packages/blobs/src/files/index.ts'
import { readSnapshots } from '../../packages/registry/src/documents/snapshots.ts'
import type { DueMark, RegistryPorts } from '../../packages/registry/src/index.ts'
import { updateIndex } from '../../packages/registry/src/search/update-index.ts'
import { openBulkDatabase } from './bulk-database.ts'
import { writeCatalogRows, writeDownloads } from './catalog-rows.ts'
import { generatedWorkers, NEWEST } from './generated-worker.ts'

export interface FilledCatalog {
  readonly workers: number
  readonly versions: number
  /** Seconds for rows of workers and releases. */
  readonly rowsSeconds: number
  /** Seconds to read them and to build the index of search. */
  readonly indexSeconds: number
}

/** Workers that are read, composed and indexed together, as after a sync. */
const BATCH = 500

/**
 * Fills the data folder of a server that has not run yet. Rows and the index of search are written by the registry's own code.
 *
 * @param documents whether the server shall write all documents when it starts: two million files and more than an hour for
 *   100,000 workers. Without them there is nothing but search, which reads none.
 */
export async function fillCatalog(
  dataDir: string,
  count: number,
  { seed = 1, documents = false }: { seed?: number; documents?: boolean } = {},
): Promise<FilledCatalog> {
  if (!documents) await makeKeys(dataDir)
  const file = databaseFile(dataDir)
  mkdirSync(dataDir, { recursive: true })
  const started = performance.now()
  const rows = openBulkDatabase(file)
  const counts = await writeCatalogRows(rows.database, generatedWorkers(count, seed))
  rows.close()
  writeDownloads(file, generatedWorkers(count, seed), NEWEST)
  const written = performance.now()
  if (!documents) {
    const bulk = openBulkDatabase(file)
    await buildIndex(bulk.database)
    bulk.close()
    await claimStatistics(dataDir)
  }
  return {
    ...counts,
    rowsSeconds: (written - started) / 1000,
    indexSeconds: (performance.now() - written) / 1000,
  }
}

/** A server that signs for the first time writes all documents anew. */
async function makeKeys(dataDir: string): Promise<void> {
  const log = { info: () => {}, error: () => {} }
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    dataDir,
    log,
    clock: Date.now,
    randomBytes: bytes,
  })
  await server.close()
}

/** Indexes what is due as `writeDueDocuments` does, without its documents. */
export async function buildIndex(database: RegistryPorts['database']): Promise<void> {
  const documents: RegistryPorts['documents'] = {
    get: async () => null,
    put: async () => null,
    delete: async () => {},
  }
  const ports = { database, documents, clock: Date.now }
  let kept: DueMark | undefined
  for (;;) {
    const due: DueMark[] = await database.listDue(BATCH, kept?.worker)
    // One worker stays due: a server that finds no document at all takes the place for another's.
    if (due.length === 0) return
    const { snapshots, unusable } = await readSnapshots(database, due)
    const [failure] = unusable
    if (failure) throw failure
    const prepared = new Map(snapshots.map((snapshot) => [snapshot.mark.worker, snapshot]))
    await updateIndex(ports, [...prepared.keys()], prepared)
    await database.clearDue([...(kept ? [kept] : []), ...due.slice(0, -1)])
    kept = due.at(-1)
  }
}

/** Keeps the server from writing the statistics of every worker when it starts. */
async function claimStatistics(dataDir: string): Promise<void> {
  const stores = await openFileStores(dataDir, bytes)
  const none = { downloads: 0, stars: 0, last_updated: null, top: [], days: [] }
  await stores.documents.put({ kind: 'stats-overview' }, Buffer.from(JSON.stringify(none)))
}

function bytes(length: number): Uint8Array {
  return new Uint8Array(randomBytes(length))
}
