import type { WorkerId } from '@rbee/schema'
import type { IndexedRow, IndexTexts } from '@rbee/search'

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
  /** Under what it is filed as one that others must not be mistaken for; empty for most. */
  readonly filed: readonly string[]
  readonly createdAt: number
  readonly publisherId: string
  /** A found worker as JSON, without its downloads. */
  readonly summary: string
  /** Plain text of its README, for excerpts. */
  readonly readme: string
}

/** A worker that others must not be mistaken for: of somebody official or verified. */
export interface FiledName {
  readonly worker: WorkerId
  /** The text under which it is filed. */
  readonly key: string
  readonly publisher: string
  readonly isOfficial: boolean
  /** Milliseconds since the epoch. */
  readonly createdAt: number
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
 * documents hold words; all else is decided by `@rbee/search`. Moments are those of `IndexedRow`.
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
  /** What is filed under the given texts. */
  findFiledNames(keys: readonly string[]): Promise<FiledName[]>
  /** Ids of community workers of about this length. */
  listIdsOfLength(from: number, to: number): Promise<WorkerId[]>
  /** The moment of the last change. */
  indexMoment(): Promise<number>
  /** Rows that changed after `after`, by moment and number. @param last the last of the rows before, if any. */
  listIndexed(
    after: number,
    last: { readonly changed: number; readonly row: number } | null,
    limit: number,
  ): Promise<IndexedRow[]>
  /** For each expression of FTS5 the documents that match, in their order. At most 20 expressions. */
  matchWords(expressions: readonly string[]): Promise<Uint32Array[]>
  readIndexedTexts(docs: readonly number[]): Promise<Map<number, IndexedTexts>>
  /** What the resolver reads, by its number. @param after numbers above this one. */
  listFits(after: number): Promise<{ readonly id: number; readonly body: string }[]>
  /** Which of the given beginnings have a known word. */
  knownBeginnings(beginnings: readonly string[]): Promise<ReadonlySet<string>>
  /** Known words with the given beginning, at most `limit`. */
  listKnownWords(beginning: string, limit: number): Promise<string[]>
  /** Deletes rows that ended before a moment, with the words that were theirs alone; a part of them at a time. */
  sweepIndex(before: number): Promise<void>
}
