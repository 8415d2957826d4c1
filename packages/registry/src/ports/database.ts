import type {
  ArchiveFormat,
  ArtifactMetadata,
  CatalogEntry,
  CatalogFailure,
  CatalogState,
  Digest,
  Finding,
  KeyChange,
  LogEntry,
  PublishedBy,
  ReleaseInput,
  Sha256,
  SourceKind,
  StandingEventKind,
  Version,
  WorkerId,
} from '@rbee/schema'
import type { DownloadCounts } from './download-counts.ts'
import type { Licenses } from './licenses.ts'
import type { LogRow, NewLogEntry, RegistryEvent } from './log-entries.ts'
import type { MailQueue } from './mail-queue.ts'
import type { Patches, PatchRow } from './patches.ts'
import type { JudgedProvenance, ProvenanceRow, PublisherKeys } from './publisher-keys.ts'
import type { RebuildAttestations, RebuildRow } from './rebuilds.ts'
import type { NameRow, TokenRow, WorkerEventRow, WorkerRow } from './rows.ts'
import type { SearchIndex } from './search-index.ts'
import type { Transfers } from './transfers.ts'
import type { TrustedPublishers } from './trusted-publishers.ts'
import type { NeededNames } from './worker-needs.ts'

export type { NameRow, TokenRow, WorkerEventRow, WorkerRow } from './rows.ts'

// What the registry asks of a database: SQLite on Node, D1 on Cloudflare. D1 has no interactive transactions, so every
// method that changes more than one row is one atomic batch, and its conditions are part of the statements themselves.
// All times are milliseconds since the epoch.

/** The newest description of a worker from Git. */
export interface RecipeRow {
  readonly worker: WorkerId
  readonly catalog: string
  readonly entry: CatalogEntry
  readonly hash: string
  readonly updatedAt: number
}

export interface ReleaseRow {
  readonly worker: WorkerId
  readonly version: Version
  readonly input: ReleaseInput
  /** SHA-256 over what makes two releases the same: see `releaseIdentity`. */
  readonly identity: string
  readonly publishedAt: number
  /** Id of the token, or `operator`. */
  readonly publishedBy: string
  /** What everybody may know of who published it; null where that was not remembered. */
  readonly publisher: PublishedBy | null
  readonly yanked: string | null
  readonly yankedAt: number | null
  readonly quarantined: string | null
  readonly quarantinedAt: number | null
  /** What it cures, as an operator confirmed it. */
  readonly securityFix: string | null
}

/** An event that changes how a release or a worker stands. */
export interface StandingEventRow extends WorkerEventRow {
  readonly kind: StandingEventKind
}

/** That a worker should not be used any more, as its owner or an operator says. */
export interface DeprecationRow {
  readonly reason: string
  readonly successor: WorkerId | null
  readonly at: number
}

/** A release that may not run anywhere. */
export interface QuarantinedRow {
  readonly worker: WorkerId
  readonly version: Version
  readonly reason: string
  readonly at: number
  /** The archives that it was the first to name. */
  readonly archives: readonly Sha256[]
}

export interface BlobRow {
  readonly sha256: Sha256
  readonly size: number
  readonly format: ArchiveFormat
  readonly digest: Digest
  readonly unpackedSize: number
  readonly storedAt: number
  /** Program names found as `bin/NAME` in the archive. */
  readonly programs: readonly string[]
  /** The file `metadata.json` of the archive; null where it has none. */
  readonly metadata: ArtifactMetadata | null
}

/** An archive of which no list of files was kept. */
export interface UnlistedArchive {
  readonly digest: Digest
  readonly sha256: Sha256
  readonly format: ArchiveFormat
}

export interface UploadRow {
  readonly id: string
  readonly tokenId: string
  readonly sha256: Sha256
  readonly size: number
  readonly format: ArchiveFormat
  readonly digest: Digest
  readonly staging: string
  readonly createdAt: number
  readonly expiresAt: number
}

export interface SyncRow {
  readonly id: string
  readonly catalog: string
  readonly commit: string | null
  /** Place among the operator's catalogs; null where the client does not say. */
  readonly position: number | null
  /** Ids and hashes of everything the catalog holds. */
  readonly entries: readonly { readonly id: WorkerId; readonly hash: string }[]
  readonly createdAt: number
}

/** A recipe on its way into the database, with the worker and the names that it brings. */
export interface RecipeChange {
  readonly worker: WorkerRow
  readonly names: readonly NameRow[]
  readonly recipe: RecipeRow
}

/** A name that newcomers may not be mistaken for, and what is known of its worker. */
export interface ProtectedName {
  readonly name: string
  readonly worker: WorkerId
  readonly source: SourceKind
  /** Null for a worker that no catalog describes. */
  readonly catalog: string | null
  readonly hash: string | null
  /** Null where they are not known. */
  readonly maintainers: readonly string[] | null
}

/** The worker for whose sake an entry was refused, and how it was then: see `blockerState`. */
export interface Blocker {
  readonly worker: WorkerId
  /** Null when it did not exist. */
  readonly state: string | null
}

/** Why an entry was refused as it stands in its catalog. */
export interface RefusalRow {
  readonly worker: WorkerId
  readonly hash: string
  /** Which rules refused it: those of another number are no judgement. */
  readonly rules: number
  /** Null when nothing but the entry itself can change the judgement. */
  readonly blocker: Blocker | null
  readonly finding: Finding
}

/** The mark of a worker whose documents are older than its rows; the number grows with every change of any worker. */
export interface DueMark {
  readonly worker: WorkerId
  readonly revision: number
}

/** All that is known of one worker: what its documents are made from. */
export interface WorkerRecord {
  readonly worker: WorkerRow
  readonly recipe: RecipeRow | null
  readonly releases: readonly ReleaseRow[]
  readonly names: readonly NameRow[]
  /** Of a worker without a recipe: the version of the one that its catalog removed, as long as that is not dropped. */
  readonly formerVersion?: Version
  readonly deprecation?: DeprecationRow
  /** How the keys of its publisher changed; left out where they never did. */
  readonly keyChanges?: readonly KeyChange[]
  /** Of artifacts of all releases; left out where there is none. */
  readonly provenance?: readonly ProvenanceRow[]
  /** What others attested who built its releases once more, in its order; left out where nobody did. */
  readonly rebuilds?: readonly RebuildRow[]
  /** Patches of its artifacts; left out where there is none. */
  readonly patches?: readonly PatchRow[]
  /** Whether trusted publishers alone may publish it. */
  readonly tokensRefused?: boolean
}

export type InsertOutcome = 'inserted' | 'exists'

/** A remembered event and its number, which grows with every event. */
export interface NumberedEvent {
  readonly id: number
  readonly event: WorkerEventRow
}

/**
 * The rows of the transparency log. Whatever is logged is a row of its own first, stored in one step with its effect, and
 * stays unlogged until {@link appendLog} gives it a place: so nothing that happened is missing, also where a server of a
 * version without a log wrote it.
 */
export interface LogEntries {
  /** Releases without an entry, in the order in which they were published. */
  listUnloggedReleases(limit: number): Promise<ReleaseRow[]>
  /** Events without an entry, in their order. */
  listUnloggedEvents(limit: number): Promise<NumberedEvent[]>
  /** What staff did and what became of the registry's own keys, without an entry, in its order. */
  listUnloggedRegistryEvents(limit: number): Promise<{ id: number; body: string }[]>
  /** Remembers what has to be logged; an event whose name is known already is passed over. */
  saveRegistryEvents(events: readonly RegistryEvent[]): Promise<void>
  /** Entries of the given kind that concern no worker, in their order. */
  listRegistryLog(kind: LogEntry['kind']): Promise<LogRow[]>
  /**
   * Adds entries at the end, in their order, and remembers that what they tell of is logged. Entries of what is logged already
   * are passed over. One atomic batch; at most 100, of 2,000,000 bytes together.
   */
  appendLog(entries: readonly NewLogEntry[]): Promise<void>
  /** The place behind the last entry. */
  logSize(): Promise<number>
  /** Entries from place `from` on, in their order. */
  readLog(from: number, limit: number): Promise<LogRow[]>
  /** All entries that concern a worker, in their order. */
  listWorkerLog(worker: WorkerId): Promise<LogRow[]>
  /** Puts entries back at their places; those that are taken already are left alone. Limits as for {@link appendLog}. */
  restoreLog(rows: readonly LogRow[]): Promise<void>
  /** Moves all entries from place `from` on by `places` towards the end, in one step. */
  moveLog(from: number, places: number): Promise<void>
}

export interface Database
  extends DownloadCounts,
    LogEntries,
    Transfers,
    MailQueue,
    TrustedPublishers,
    PublisherKeys,
    RebuildAttestations,
    Patches,
    Licenses,
    SearchIndex,
    NeededNames {
  /** Answers when the database does; throws otherwise. */
  ping(): Promise<void>

  /** @param added where its holder is told of transfers, and what the log says of the token. */
  insertToken(
    token: TokenRow,
    added?: { readonly mail?: string | null; readonly events?: readonly RegistryEvent[] },
  ): Promise<void>
  findTokenByHash(hash: string): Promise<TokenRow | null>
  /** @param events remembered where the token was valid until then. */
  revokeToken(id: string, at: number, events?: readonly RegistryEvent[]): Promise<boolean>

  /** The rows of the given names that exist; at most 100 names. */
  findNames(names: readonly string[]): Promise<NameRow[]>
  /** Names of official workers and of workers of the given catalog, for the look-alike rule. */
  listWorkerNames(): Promise<{ id: WorkerId; source: SourceKind }[]>

  getWorker(id: WorkerId): Promise<WorkerRecord | null>

  /** At most 500; workers that do not exist are missing from the answer. */
  getWorkers(ids: readonly WorkerId[]): Promise<Map<WorkerId, WorkerRecord>>
  /** Ids of workers and of variants: those of official workers, and of all that the catalog, if any, describes. */
  listProtectedNames(catalog: string | null): Promise<ProtectedName[]>

  /**
   * Each change for itself: creates the worker where it does not exist, else gives it the source of `worker` and nothing
   * more of it; takes the names (those it holds already get the given kind and variant) and stores the recipe; marks the
   * worker's documents as due. All in one atomic batch, so that a call is one step for the database however many changes
   * it holds. At most 50, of different workers, no two of which take the same name.
   *
   * @returns for each change the first name that belongs to another worker, in which case nothing of it was stored.
   */
  saveRecipes(changes: readonly RecipeChange[]): Promise<(NameRow | null)[]>
  /** Hashes of the recipes that a catalog brought. */
  recipeHashes(catalog: string): Promise<Map<WorkerId, string>>
  /** What a catalog brought, in the order of ids; without the entries themselves, so that 10,000 are one small answer. */
  listRecipes(catalog: string): Promise<{ worker: WorkerId; hash: string; version: Version; path: string }[]>
  /** Removes recipes of a catalog; the names stay taken, and the versions are remembered. Marks documents as due. */
  removeRecipes(catalog: string, workers: readonly WorkerId[]): Promise<void>

  /**
   * Creates the worker where it does not exist, takes the names, stores the release and marks documents as due.
   * Atomic, and only when the worker, where it exists, has the owner that is given, as many changes of keys as the provenance
   * was judged by, and no release of that version: else the outcome is `exists`.
   */
  insertRelease(
    worker: WorkerRow,
    names: readonly NameRow[],
    release: ReleaseRow,
    judged?: JudgedProvenance,
  ): Promise<{ outcome: InsertOutcome; conflict: NameRow | null }>
  getRelease(worker: WorkerId, version: Version): Promise<ReleaseRow | null>

  /**
   * Carries out what happened, remembers it and marks documents as due, in one atomic batch. Every event of releases and
   * workers goes through here.
   *
   * @returns false where nothing had to change: the release or worker stands so already, for this very reason, or there is none.
   */
  saveEvent(event: StandingEventRow): Promise<boolean>
  /** Newest first. */
  listEvents(worker: WorkerId, limit: number): Promise<WorkerEventRow[]>
  /** Those that were quarantined last first, and how many there are. */
  listQuarantined(limit: number): Promise<{ releases: QuarantinedRow[]; total: number }>
  /** Puts back the deprecation of a worker whose rows were lost; no event of its own. */
  restoreDeprecation(worker: WorkerId, deprecation: DeprecationRow): Promise<void>

  findBlobs(sha256: readonly Sha256[]): Promise<BlobRow[]>
  /** Storing a known archive again changes nothing. */
  insertBlob(blob: BlobRow): Promise<void>
  /** Archives whose files no list names yet, because they were stored by a version that kept none. */
  listUnlistedArchives(limit: number): Promise<UnlistedArchive[]>
  /** Takes an archive from among them. @returns false where another call took it. */
  takeUnlistedArchive(digest: Digest): Promise<boolean>

  insertUpload(upload: UploadRow): Promise<void>
  findUpload(id: string): Promise<UploadRow | null>
  /** The open upload of the same token for the same bytes, so that an interrupted one is taken up again. */
  findOpenUpload(tokenId: string, sha256: Sha256, now: number): Promise<UploadRow | null>
  savePart(upload: string, part: number, receipt: string): Promise<void>
  listParts(upload: string): Promise<{ part: number; receipt: string }[]>
  /** Removes the upload and its parts. */
  deleteUpload(id: string): Promise<void>
  listExpiredUploads(now: number, limit: number): Promise<UploadRow[]>
  /**
   * Of a token's uploads, those beyond the `count` newest that have parts, beyond the `count` newest that have none, and
   * beyond the newest whose declared sizes are `bytes` together. @returns at most 300, each once.
   */
  listSurplusUploads(tokenId: string, keep: { count: number; bytes: number }): Promise<UploadRow[]>

  insertSync(sync: SyncRow): Promise<void>
  findSync(id: string): Promise<SyncRow | null>
  deleteSync(id: string): Promise<void>
  deleteSyncsBefore(time: number): Promise<void>

  /** Replaces what was found in a catalog before; a failure to read it is forgotten. */
  saveCatalogState(state: CatalogState, position: number): Promise<void>
  /** Notes that a catalog could not be read, beside what was found in it before. `at` is milliseconds since the epoch. */
  saveCatalogFailure(
    catalog: string,
    position: number,
    failure: CatalogFailure & { readonly at: number },
  ): Promise<void>
  /** In the order of their positions, those of equal ones by name; also catalogs that could never be read. */
  listCatalogStates(): Promise<{ position: number; state: CatalogState }[]>
  /** Remembers refusals of entries of a catalog; those of the same workers are replaced. */
  saveRefusals(catalog: string, refusals: readonly RefusalRow[]): Promise<void>
  /** Sorted by worker. `stands` is false when the blocker is not any more as it was. */
  listRefusals(catalog: string): Promise<(RefusalRow & { readonly stands: boolean })[]>
  removeRefusals(catalog: string, workers: readonly WorkerId[]): Promise<void>
  /** Catalogs with refusals that do not stand any more. */
  listShakenCatalogs(): Promise<string[]>
  /** Forgets everything that is kept of a catalog but its recipes. */
  deleteCatalog(catalog: string): Promise<void>

  /** Workers whose documents are older than their rows, sorted by id. @param after lists those behind this id. */
  listDue(limit: number, after?: WorkerId): Promise<DueMark[]>
  /** The marks of those of the given workers that have one. */
  dueRevisions(workers: readonly WorkerId[]): Promise<Map<WorkerId, number>>
  /** Workers that have a mark. */
  countDue(): Promise<number>
  /** Marks all workers. */
  markAllDue(): Promise<void>
  /** Removes the marks, except of workers that changed again meanwhile. */
  clearDue(marks: readonly DueMark[]): Promise<void>
}
