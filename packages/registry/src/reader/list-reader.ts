import type { ListRoot, Sha256, WorkerId, WorkerList, WorkerSummary } from '@rbee/schema'
import { readListPage } from '../documents/list/root.ts'
import type { DocumentStore } from '../ports/document-store.ts'
import type { CatalogReader } from '../registry.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { createLegacyListReader } from './legacy-list.ts'
import { type CurrentRoot, rootReader } from './list-root.ts'
import { strongTag } from './strong-tag.ts'

/** Summaries of this many pages are kept: pages never change, and parsing one costs more than reading it. */
const PAGES_KEPT = 64
/** Stored pages, of up to 100 workers each, that make one part of the list. */
const PART_PAGES = 10
/** A root may be replaced and its pages freed while they are read; that happens to nobody twice. */
const MAX_ROUNDS = 3

type ReadSummaries = (sha256: Sha256) => Promise<readonly WorkerSummary[] | null>

/** Reads the list of all workers: its root, and of its pages those that are needed. */
export function createListReader(
  documents: DocumentStore,
): Pick<CatalogReader, 'listWorkers' | 'listParts' | 'listPart' | 'legacyList'> {
  const readRoot = rootReader(documents)
  const readSummaries = summariesReader(documents)
  const readLegacyList = createLegacyListReader(documents)
  return {
    async listWorkers(limit, cursor) {
      const after = cursor === null ? null : decodeCursor(cursor)
      return untilRead(readRoot, async ({ root, etag }) => {
        const list = await collectWorkers(root, limit, after, readSummaries)
        return list && { list, etag: strongTag(JSON.stringify([etag, limit, cursor])) }
      })
    },
    async listParts() {
      return Math.ceil((await readRoot()).root.pages.length / PART_PAGES)
    },
    async listPart(number) {
      return untilRead(readRoot, ({ root }) => collectPart(root, number, readSummaries))
    },
    async legacyList() {
      return untilRead(readRoot, readLegacyList)
    },
  }
}

/** @param read answers null when the root was so old that a page of it is gone. */
async function untilRead<Answer>(
  readRoot: () => Promise<CurrentRoot>,
  read: (current: CurrentRoot) => Promise<Answer | null>,
): Promise<Answer> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const answer = await read(await readRoot())
    if (answer !== null) return answer
  }
  throw new Error('The list of workers names a page that is not stored')
}

async function collectWorkers(
  root: ListRoot,
  limit: number,
  after: WorkerId | null,
  readSummaries: ReadSummaries,
): Promise<WorkerList | null> {
  // One more than asked for shows whether there is a next page.
  const found: WorkerSummary[] = []
  for (const page of root.pages) {
    if (found.length > limit) break
    if (after !== null && page.last <= after) continue
    const summaries = await readSummaries(page.sha256)
    if (summaries === null) return null
    found.push(...summaries.filter(({ id }) => after === null || id > after))
  }
  const workers = found.slice(0, limit)
  const last = workers.at(-1)
  const next_cursor = last !== undefined && found.length > limit ? encodeCursor(last.id) : null
  return { workers, total: root.total, next_cursor }
}

async function collectPart(
  { pages }: ListRoot,
  number: number,
  readSummaries: ReadSummaries,
): Promise<readonly WorkerSummary[] | null> {
  const found: WorkerSummary[] = []
  for (const page of pages.slice(number * PART_PAGES, (number + 1) * PART_PAGES)) {
    const summaries = await readSummaries(page.sha256)
    if (summaries === null) return null
    found.push(...summaries)
  }
  return found
}

/** Keeps what was read last, by the hash of its page. */
function summariesReader(documents: DocumentStore): ReadSummaries {
  const kept = new Map<Sha256, readonly WorkerSummary[]>()
  return async (sha256) => {
    const known = kept.get(sha256)
    const entries = known ?? (await readListPage(documents, sha256))?.map(({ summary }) => summary)
    if (entries === undefined) return null
    // A Map iterates in the order of insertion: what is used moves to the end, what is dropped stands first.
    kept.delete(sha256)
    kept.set(sha256, entries)
    for (const oldest of kept.keys()) {
      if (kept.size <= PAGES_KEPT) break
      kept.delete(oldest)
    }
    return entries
  }
}
