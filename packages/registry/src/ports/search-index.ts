import type { WorkerId } from '@rbee/schema'
import type { IndexedRow, IndexTexts, WordBeginning, WordQuestion } from '@rbee/search'

/** A worker as it shall be found. */
export interface IndexEntry {
  readonly worker: WorkerId
  /** SHA-256 over all of the entry but {@link revision}: an entry that is there already is not written again. */
  readonly digest: string
  /** Number of the mark of its documents that its rows were read after; older rows never replace newer ones. */
  readonly revision: number
  readonly row: Pick<IndexedRow, 'name' | 'labels' | 'publishedAt' | 'flags' | 'publisher'>
  /** What the resolver reads of it; see `fitQuestionOf`. */
  readonly fit: string
  readonly texts: IndexTexts
  /** Words that typing errors are corrected to. */
  readonly terms: readonly string[]
  /** Under what those that look alike are found: keys of its id, which never change, and of its name (`name …`). */
  readonly filed: readonly string[]
  /** When its id was taken, in milliseconds since the epoch. */
  readonly createdAt: number
  readonly standing: Standing
  /** Id of its publisher where that is proven; null where it is anybody's claim. */
  readonly proven: string | null
  /** A found worker as JSON, without its downloads. */
  readonly summary: string
  /** Plain text of its README, for excerpts. */
  readonly readme: string
}

/** 2 for official workers, 1 for those of verified publishers, 0 for others. */
export type Standing = 0 | 1 | 2

/** A worker as those that look alike are judged by. */
export interface FiledWorker {
  readonly worker: WorkerId
  /** See `IndexedRow.name`. */
  readonly name: string
  /** As {@link IndexEntry.proven}. */
  readonly publisher: string | null
  readonly standing: Standing
  readonly createdAt: number
  /** Whether its row says so; see `FLAGS.lookAlike`. */
  readonly isLookAlike: boolean
}

/** A worker that shall not be found any more. */
export interface IndexRemoval {
  readonly worker: WorkerId
  readonly revision: number
}

/** What is shown of a hit, as {@link IndexEntry} has it. */
export interface IndexedTexts {
  readonly summary: string
  readonly readme: string
}

/**
 * The part of the database that search asks: the same SQL in SQLite and D1, with the full-text index FTS5. It answers which
 * documents hold words; all else is decided by `@rbee/search`. Moments are those of `IndexedRow`. Calls that read or write words
 * fail with `index_damaged` where the index is.
 */
export interface SearchIndex {
  /** A number at least as large as those of all marks of changes so far, which `IndexEntry.revision` is measured by. */
  readChangeNumber(): Promise<number>
  /**
   * Writes entries and takes removals, at most 50 of both, in one atomic batch. Those that are older than what is there are
   * passed over.
   *
   * @param now the time, in milliseconds since the epoch.
   * @returns whether anything that searching shows changed.
   */
  saveIndexed(
    entries: readonly IndexEntry[],
    removals: readonly IndexRemoval[],
    now: number,
  ): Promise<boolean>
  /** Takes the downloads that were counted into the rows of the given workers. @returns whether any row changed. */
  saveIndexedDownloads(workers: readonly WorkerId[], now: number): Promise<boolean>
  /** Workers under the given keys, with the key; under those of names only workers of somebody official or verified. */
  findAlike(keys: readonly string[]): Promise<(FiledWorker & { readonly key: string })[]>
  /**
   * Of the workers under keys of names those that may be judged wrongly: look-alikes of nobody verified by their name, and
   * those that are not marked although they are.
   */
  findNamesakes(keys: readonly string[]): Promise<FiledWorker[]>
  /** The names that workers have and, as long as rows that ended are kept, had. */
  listIndexedNames(workers: readonly WorkerId[]): Promise<string[]>
  /** The moment of the last change. */
  indexMoment(): Promise<number>
  /** Rows that changed after `after`, by moment and number. @param last the last of the rows before, if any. */
  listIndexed(
    after: number,
    last: { readonly changed: number; readonly row: number } | null,
    limit: number,
  ): Promise<IndexedRow[]>
  /**
   * For each question the documents that match, in their order. At most 20 questions.
   *
   * @param docs how many documents there are at most.
   */
  matchWords(questions: readonly WordQuestion[], docs: number): Promise<Uint32Array[]>
  readIndexedTexts(docs: readonly number[]): Promise<Map<number, IndexedTexts>>
  /** What the resolver reads, by its number. @param after numbers above this one. */
  listFits(after: number): Promise<{ readonly id: number; readonly body: string }[]>
  /** Which of the given beginnings have a known word. */
  knownBeginnings(beginnings: readonly string[]): Promise<ReadonlySet<string>>
  /** Known words with the given beginnings and of a number of letters; not all where there are very many. */
  listKnownWords(
    beginnings: readonly WordBeginning[],
    length: { readonly shortest: number; readonly longest: number },
  ): Promise<string[]>
  /** Throws all words away, for workers to be indexed anew. */
  resetIndex(): Promise<void>
  /** Whether workers have to be indexed anew: after {@link resetIndex}, or where the index is empty and the registry is not. */
  isIndexLost(): Promise<boolean>
  /** Says so, or that it was done. */
  markIndexLost(isLost: boolean): Promise<void>
  /** Workers with a recipe or releases that are not indexed, or whose words were thrown away, by id. */
  listUnindexed(after: WorkerId | null, limit: number): Promise<WorkerId[]>
  /** Workers that are indexed, by id. */
  listIndexedWorkers(after: WorkerId | null, limit: number): Promise<WorkerId[]>
  /** Deletes rows that ended before a moment, with the words that were theirs alone; a part of them at a time. */
  sweepIndex(before: number): Promise<void>
}
