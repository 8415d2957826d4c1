import type { WorkerId } from '@rbee/schema'
import type { InTurn } from '../ports/surroundings.ts'
import { updateIndex } from '../search/update-index.ts'
import type { DocumentPorts } from './document-ports.ts'
import { inGroups } from './in-groups.ts'
import { updateList } from './list/update-list.ts'
import { writeWorkerFiles } from './worker-files.ts'

/** Workers whose documents are written at the same time: stores answer slowly, but many requests at once. */
export const WORKERS_AT_ONCE = 16

/** Brings all documents of one worker in line with its rows: its own, its aliases and its place in the list. */
export async function writeWorkerDocuments(ports: DocumentPorts, worker: WorkerId): Promise<void> {
  await writeWorkerDocumentsOf(ports, [worker])
}

/**
 * The same for many workers. The list is changed once for all of them, after their own documents, so that it names no
 * worker that cannot be read yet.
 */
export async function writeWorkerDocumentsOf(
  ports: DocumentPorts,
  workers: readonly WorkerId[],
): Promise<void> {
  const distinct = [...new Set(workers)]
  const inTurn = inTurnOf(ports)
  await inGroups(distinct, WORKERS_AT_ONCE, (worker) =>
    inTurn(`worker ${worker}`, () => writeWorkerFiles(ports, worker)),
  )
  await inTurn('list', () => updateList(ports, distinct))
  await updateIndex(ports, distinct)
}

/** Lets writers of the same documents wait for each other where the runtime can. */
export function inTurnOf({ inTurn }: Pick<DocumentPorts, 'inTurn'>): InTurn {
  return inTurn ?? ((_key, action) => action())
}
