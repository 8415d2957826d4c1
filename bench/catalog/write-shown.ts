import { randomBytes } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { databaseFile } from '../../apps/catalog/src/node/settings.ts'
import { openFileStores } from '../../packages/blobs/src/files/index.ts'
import { composeEntry } from '../../packages/registry/src/documents/list/list-entry.ts'
import { type PreparedEntry, updateList } from '../../packages/registry/src/documents/list/update-list.ts'
import { readSnapshots } from '../../packages/registry/src/documents/snapshots.ts'
import { writeWorkerDocumentsOf } from '../../packages/registry/src/documents/write-workers.ts'
import type { WorkerId } from '../../packages/schema/src/index.ts'
import { openBulkDatabase } from './bulk-database.ts'

/** Workers that are read and composed together. */
const BATCH = 500

/**
 * Writes what the site reads besides the index of search: the list of all workers and the documents of some, instead of the two
 * million files of all. For a folder that was filled, and on which no server runs.
 */
export async function writeShownDocuments(dataDir: string, shown: readonly WorkerId[]): Promise<void> {
  const { documents } = await openFileStores(dataDir, (length) => new Uint8Array(randomBytes(length)))
  const bulk = openBulkDatabase(databaseFile(dataDir))
  const { database } = bulk
  const ports = { database, documents, clock: Date.now }
  await writeWorkerDocumentsOf(ports, shown)
  await database.markAllDue()
  for (;;) {
    // One worker stays due: a server that finds no document at all takes the place for another's.
    const due = await database.listDue(BATCH + 1)
    const marks = due.slice(0, BATCH)
    const { snapshots } = await readSnapshots(database, marks)
    const prepared = new Map(
      snapshots.map(({ mark, composed }): [WorkerId, PreparedEntry] => [
        mark.worker,
        { revision: mark.revision, entry: composed && composeEntry(composed) },
      ]),
    )
    await updateList(ports, [...prepared.keys()], prepared)
    if (due.length <= BATCH) break
    await database.clearDue(marks)
  }
  const [last] = await database.listDue(1)
  await database.clearDue((await database.listDue(BATCH)).filter(({ worker }) => worker !== last?.worker))
  bulk.close()
}

/**
 * Gives so many workers of the index to the one publisher who has the most of them.
 *
 * @returns the publisher's id.
 */
export function giveToOnePublisher(dataDir: string, count: number): string {
  const database = new DatabaseSync(databaseFile(dataDir))
  try {
    const [most] = database
      .prepare('SELECT publisher FROM search_workers GROUP BY publisher ORDER BY count(*) DESC LIMIT 1')
      .all()
    const publisher = String(most?.publisher)
    database
      .prepare(
        'UPDATE search_workers SET publisher = ? WHERE "row" IN (SELECT "row" FROM search_workers ORDER BY publisher <> ?, "row" LIMIT ?)',
      )
      .run(publisher, publisher, count)
    const { id } = JSON.parse(publisher)
    return String(id)
  } finally {
    database.close()
  }
}
