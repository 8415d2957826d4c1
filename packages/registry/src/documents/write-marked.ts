import type { WorkerId } from '@rbee/schema'
import type { DueMark } from '../ports/database.ts'
import { updateIndex } from '../search/update-index.ts'
import { documentPath } from '../storage-keys.ts'
import type { DocumentPorts } from './document-ports.ts'
import { inGroups } from './in-groups.ts'
import { composeEntry } from './list/list-entry.ts'
import { type PreparedEntry, updateList } from './list/update-list.ts'
import { applyChange, isStored, type LearnedDocuments, learnMissing, type WantedDocument } from './settle.ts'
import { type MarkedSnapshot, RowsUnusable, readSnapshots } from './snapshots.ts'
import { documentsOf, writeWorkerFiles } from './worker-files.ts'
import { inTurnOf, WORKERS_AT_ONCE } from './write-workers.ts'

/** How many requests to the stores may still be made. One worker is always written, whatever it takes. */
export interface OperationBudget {
  operations: number
}

export interface MarkedWorkersOutcome {
  /** Marks of workers whose documents are in line with rows at least as new as the mark. */
  readonly written: readonly DueMark[]
  readonly unusable: readonly RowsUnusable[]
}

/** A worker on its way to the store. */
interface Draft extends MarkedSnapshot {
  /** In the order in which they are to be changed. */
  readonly wanted: readonly WantedDocument[]
  readonly known: LearnedDocuments
}

/**
 * Brings documents of workers that are marked in line with their rows. Rows of many are read at once and composed once,
 * which is right as long as the mark of a worker is what it was before its rows were read, because every change of rows
 * raises it. So marks are looked at again after the tags of stored documents were read and after the last write. A worker
 * that changed meanwhile, or with which another writer was faster, is written by {@link writeWorkerFiles}, which reads its
 * rows anew for every pass.
 *
 * @param marks sorted by worker, so that the pages of the list that change are neighbours.
 * @param budget is taken from; workers for which nothing is left are not written.
 */
export async function writeMarkedWorkers(
  ports: DocumentPorts,
  marks: readonly DueMark[],
  budget: OperationBudget,
): Promise<MarkedWorkersOutcome> {
  const drafts: Draft[] = []
  const contested: DueMark[] = []
  const unusable: RowsUnusable[] = []
  for (let start = 0; start < marks.length && budget.operations > 0; start += WORKERS_AT_ONCE) {
    const read = await readSnapshots(ports.database, marks.slice(start, start + WORKERS_AT_ONCE))
    unusable.push(...read.unusable)
    const group = await draftAffordable(ports, read.snapshots, budget)
    const current = await unchanged(ports, group)
    const outcomes = await Promise.all(
      group.map(async (draft) => current.has(draft) && (await writeDraft(ports, draft))),
    )
    for (const [index, draft] of group.entries()) {
      if (outcomes[index]) drafts.push(draft)
      else contested.push(draft.mark)
    }
  }
  const current = await unchanged(ports, drafts)
  contested.push(...drafts.filter((draft) => !current.has(draft)).map(({ mark }) => mark))
  const settled = await writeCarefully(ports, contested)
  unusable.push(...settled.unusable)
  const prepared = new Map([...current].map(preparedEntry))
  const written = [...[...current].map(({ mark }) => mark), ...settled.written]
  const workers = written.map(({ worker }) => worker)
  if (workers.length > 0) {
    await inTurnOf(ports)('list', () => updateList(ports, workers, prepared))
    await updateIndex(ports, workers, new Map([...current].map((draft) => [draft.mark.worker, draft])))
  }
  return { written, unusable }
}

/** As many of the snapshots as the budget allows, with what is stored of their documents. */
async function draftAffordable(
  ports: DocumentPorts,
  snapshots: readonly MarkedSnapshot[],
  budget: OperationBudget,
): Promise<Draft[]> {
  const affordable = snapshots.filter(({ mark, record, composed }) => {
    if (budget.operations <= 0) return false
    // Each is written, and perhaps read before.
    budget.operations -= 2 * documentsOf(mark.worker, record, composed, new Map()).length
    return true
  })
  return inGroups(affordable, WORKERS_AT_ONCE, (snapshot) => draftOf(ports, snapshot))
}

/**
 * The document with the rows is the first that a worker gets, and stays: without it there are no others, and nothing has
 * to be read or deleted.
 */
async function draftOf(ports: DocumentPorts, snapshot: MarkedSnapshot): Promise<Draft> {
  const { mark, record, composed } = snapshot
  const id = mark.worker
  const rows = { key: { kind: 'worker-rows', id } } as const
  const known: LearnedDocuments = new Map()
  await learnMissing(ports.documents, known, [rows])
  const isNew = known.get(documentPath(rows.key))?.stored === null
  if (!isNew) await learnMissing(ports.documents, known, [{ key: { kind: 'versions', id } }])
  const wanted = documentsOf(id, record, composed, known)
  if (!isNew) await learnMissing(ports.documents, known, wanted)
  return { ...snapshot, wanted, known }
}

/** The drafts whose workers did not change since their marks were read. */
async function unchanged(ports: DocumentPorts, drafts: readonly Draft[]): Promise<ReadonlySet<Draft>> {
  if (drafts.length === 0) return new Set()
  const revisions = await ports.database.dueRevisions(drafts.map(({ mark }) => mark.worker))
  return new Set(drafts.filter(({ mark }) => revisions.get(mark.worker) === mark.revision))
}

/** @returns false when another writer was faster with one of the documents. */
async function writeDraft(ports: DocumentPorts, { wanted, known }: Draft): Promise<boolean> {
  for (const document of wanted) {
    if (isStored(document, known)) continue
    if (!(await applyChange(ports.documents, known, document))) return false
  }
  return true
}

async function writeCarefully(
  ports: DocumentPorts,
  marks: readonly DueMark[],
): Promise<MarkedWorkersOutcome> {
  const written: DueMark[] = []
  const unusable: RowsUnusable[] = []
  await inGroups(marks, WORKERS_AT_ONCE, async (mark) => {
    try {
      await inTurnOf(ports)(`worker ${mark.worker}`, () => writeWorkerFiles(ports, mark.worker))
      written.push(mark)
    } catch (failure) {
      if (!(failure instanceof RowsUnusable)) throw failure
      unusable.push(failure)
    }
  })
  return { written, unusable }
}

function preparedEntry({ mark, composed }: Draft): [WorkerId, PreparedEntry] {
  return [mark.worker, { revision: mark.revision, entry: composed && composeEntry(composed) }]
}
