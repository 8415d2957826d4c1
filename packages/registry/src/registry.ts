import type { LeaseTimesByKind, LicenseSigner, SignedQuery } from '@rbee/licences'
import type { IdentityVerifier } from '@rbee/oidc'
import type {
  AliasDocument,
  CatalogDropped,
  CatalogFailure,
  Contact,
  Dependents,
  DeprecationInput,
  ExchangedToken,
  Finding,
  IdentityExchange,
  KeyChangeInput,
  KeyResetInput,
  License,
  LicenseAnswer,
  LicenseExtension,
  LicenseInput,
  LicenseKey,
  LicenseList,
  LicenseVerdict,
  MailKind,
  Objection,
  OrphanAnswer,
  OrphanInput,
  PatchDocument,
  ProgramsDocument,
  ProgramsInput,
  RebuildInput,
  ReleaseDocument,
  ReleaseInput,
  Revocations,
  SeatActivation,
  SeatAnswer,
  SeatList,
  SeatReleased,
  SeatUse,
  Sha256,
  StoredImage,
  StrikeInput,
  SyncFinish,
  SyncFinished,
  SyncInput,
  TokenAnswer,
  TokenInput,
  Transfer,
  TransferApproval,
  TransferInput,
  TransferList,
  TransferState,
  TrustedPublisher,
  TrustedPublisherInput,
  TrustedPublishers,
  UploadInput,
  UploadState,
  Version,
  WorkerEvents,
  WorkerId,
  WorkerList,
  WorkerSummary,
  WorkflowRun,
} from '@rbee/schema'
import type { NoteSigner } from '@rbee/transparency-log'
import type { MetadataRepository } from '@rbee/trust'
import type { ArchiveStore, ByteRange, OpenedArchive } from './ports/archive-store.ts'
import type { Database } from './ports/database.ts'
import type { DocumentStore, StoredDocument } from './ports/document-store.ts'
import type { DownloadMark } from './ports/download-counts.ts'
import type { MailPort } from './ports/mail.ts'
import type { PatchName } from './ports/patches.ts'
import type { Clock, InTurn, RandomBytes } from './ports/surroundings.ts'
import type { KeysChanged } from './provenance/keys-changed.ts'
import type { AttestedRebuild, StrikeChanged } from './rebuilds/rebuild-changes.ts'
import type { ReleaseChange, ReleaseChanged, WorkerChanged } from './standing/standing-changes.ts'
import type { DocumentKey } from './storage-keys.ts'
import type { TransferRules } from './transfers/transfer-rules.ts'
import type { PublishersChanged } from './trusted-publishers/publishers-changed.ts'

/** What the registry needs from the runtime it lives in. */
export interface RegistryPorts {
  readonly database: Database
  readonly documents: DocumentStore
  readonly archives: ArchiveStore
  readonly clock: Clock
  readonly randomBytes: RandomBytes
  /**
   * For runtimes whose requests may wait for each other: spares writers of the same documents from repeating their work
   * whenever another was quicker. Without it they are right as well, but under a long burst one may give up.
   */
  readonly inTurn?: InTurn
  /**
   * For runtimes that end a call after so many requests to the stores: about as many are made for documents that are due,
   * and the rest is left for another call. Without it a call does all.
   */
  readonly operationsPerCall?: number
  /** How long a list of quarantined releases is good for, in milliseconds; seven days when left out. */
  readonly revocationsLifetimeMs?: number
  /** Told that the index of search changed: answers of it that are kept are old. */
  readonly onIndexed?: () => void
  /** Told of workers whose documents cannot be composed from their rows; others are written all the same. */
  readonly onUnwritable?: (failure: Error & { readonly worker: WorkerId }) => void
  /** Hands mails over; without it they wait. */
  readonly mail?: {
    readonly port: MailPort
    /** Address of the registry, without a slash at the end; null where it does not know its own. */
    readonly registry: string | null
  }
  /** Told of a mail that could not be handed over; it is tried again later. */
  readonly onMailFailed?: (failure: {
    readonly mail: number
    readonly kind: MailKind
    readonly attempts: number
    /** Without the address. */
    readonly reason: string
  }) => void
  /** Told that mails wait to be handed over, which `sendMails` does. */
  readonly onMailsQueued?: () => void | Promise<void>
  /** How long changes of owner wait; seven days, and half a year until a worker counts as orphaned, when left out. */
  readonly transferRules?: Partial<TransferRules>
  /** Signs the transparency log; without it events get their places in it, and nothing of it is shown. */
  readonly logSigner?: NoteSigner
  /** Believes identity tokens of workflow runs; without it none is exchanged. */
  readonly identities?: IdentityVerifier
  /** Signs what clients may believe; without it nothing is signed. */
  readonly metadata?: Pick<MetadataRepository, 'update' | 'check'>
  /** Signs licences of premium workers; without it none are issued, and nobody is handed what is sold. */
  readonly licenses?: LicenseSigner
  /** How long seats of licences last without the registry; by default as long as is good for most. */
  readonly leaseTimes?: LeaseTimesByKind
}

/** What taking entries of a catalog in needs of them. */
export type SyncPorts = Pick<RegistryPorts, 'database' | 'clock' | 'randomBytes'> & {
  /** For pictures alone. */
  readonly documents: Pick<DocumentStore, 'get' | 'put'>
}

/** Who is calling, once a token was checked. */
export interface Caller {
  readonly tokenId: string
  readonly scope: 'publish' | 'operator'
  /** Null when the token is not limited to one worker. */
  readonly worker: WorkerId | null
  /** The run of a trusted workflow that the token was given to: such a token publishes its worker and does nothing else. */
  readonly run?: WorkflowRun
}

/** What was done of the documents that were due. */
export interface WrittenDocuments {
  /** Workers whose documents are in line with their rows. */
  readonly written: number
  /** Workers that are left for another call; those whose documents cannot be composed are not among them. */
  readonly remaining: number
  /** Workers that keep what is served of them, because no documents can be composed from their rows. */
  readonly unwritable: ReadonlySet<WorkerId>
}

/** What became of a database that was lost. */
export interface Restored {
  /** Workers of which rows were put back. */
  readonly restored: number
  /** Workers whose rows are lost: their documents are there, and what they were made from is not. */
  readonly lost: readonly WorkerId[]
  /** Whether all was looked at; else another call goes on. */
  readonly complete: boolean
  /** Whether documents may be written: not while rows of a worker whose documents are due may be missing. */
  readonly writable: boolean
}

/** Everything that changes the catalog. Made by `createRegistry(ports)`; every failure is an `RbeeError`. */
export interface Registry {
  /** Fails with `token_missing`, `token_invalid` or `token_expired`. */
  authenticate(token: string | null): Promise<Caller>
  /** Operators only; the answer is the only place where the token's text ever stands. */
  createToken(caller: Caller, input: TokenInput): Promise<TokenAnswer>
  revokeToken(caller: Caller, id: string): Promise<void>
  /**
   * Makes the operator's own secret a valid operator token of this object. It is stored nowhere, so that a secret stops
   * working with the setting that held it. Fails with `setting_invalid`.
   */
  ensureOperatorToken(token: string): Promise<void>

  /** The workflows that may publish a worker, for its owner and operators. */
  listTrustedPublishers(caller: Caller, id: WorkerId): Promise<TrustedPublishers>
  /** See `addTrustedPublisher`; `changed` is false where the same is trusted already. */
  addTrustedPublisher(
    caller: Caller,
    id: WorkerId,
    input: TrustedPublisherInput,
  ): Promise<PublishersChanged<TrustedPublisher>>
  removeTrustedPublisher(caller: Caller, id: WorkerId, publisher: string): Promise<void>
  /** Lets trusted publishers alone publish a worker, or others as well; see `setTokensRefused`. */
  setTokensRefused(
    caller: Caller,
    id: WorkerId,
    refused: boolean,
  ): Promise<PublishersChanged<TrustedPublishers>>
  /**
   * Gives a run a token for its identity token; see `exchangeIdentity`.
   *
   * @param audience the registry's own address; null where it does not know it.
   */
  exchangeIdentity(input: IdentityExchange, audience: string | null): Promise<ExchangedToken>

  /** Opens an upload, takes an interrupted one up again, or answers `stored` where the bytes are known. */
  openUpload(caller: Caller, input: UploadInput): Promise<UploadState>
  uploadState(caller: Caller, id: string): Promise<UploadState>
  writePart(
    caller: Caller,
    id: string,
    part: number,
    body: ReadableStream<Uint8Array>,
    size: number,
  ): Promise<UploadState>
  /** Checks size, SHA-256, the digest of the tar inside and the rules for archives; only then the bytes are stored. */
  completeUpload(caller: Caller, id: string): Promise<UploadState>
  abandonUpload(caller: Caller, id: string): Promise<void>

  /**
   * Makes a release appear, in one step. The same release again changes nothing (`created` is false). Who calls checks
   * that the version in the address is the body's.
   */
  publishRelease(
    caller: Caller,
    id: WorkerId,
    input: ReleaseInput,
  ): Promise<{ created: boolean; release: ReleaseDocument }>

  /** Yanks, quarantines or confirms a release, or takes that back; see `changeRelease`. */
  changeRelease(caller: Caller, change: ReleaseChange): Promise<ReleaseChanged>
  /** Says that a worker should not be used any more; see `deprecateWorker`. */
  deprecateWorker(caller: Caller, id: WorkerId, input: DeprecationInput): Promise<WorkerChanged>
  undeprecateWorker(caller: Caller, id: WorkerId, reason: string): Promise<WorkerChanged>
  /** Says that nobody looks after a worker any more, or takes that back; see `orphanWorker`. */
  orphanWorker(caller: Caller, id: WorkerId, input: OrphanInput): Promise<OrphanAnswer>
  /** Asks staff to give a worker to another owner; see `askTransfer`. */
  askTransfer(
    caller: Caller,
    id: WorkerId,
    input: TransferInput,
  ): Promise<{ created: boolean; transfer: Transfer }>
  /** Operators only; newest first. */
  listTransfers(caller: Caller, filter: { readonly status?: TransferState }): Promise<TransferList>
  /** Those of a worker that concern the caller; newest first. */
  listWorkerTransfers(caller: Caller, id: WorkerId): Promise<TransferList>
  /** For those whom it concerns and operators; fails with `transfer_not_found` for others. */
  readTransfer(caller: Caller, id: string): Promise<Transfer>
  approveTransfer(caller: Caller, id: string, input: TransferApproval): Promise<Transfer>
  refuseTransfer(caller: Caller, id: string, reason: string): Promise<Transfer>
  cancelTransfer(caller: Caller, id: string, reason: string): Promise<Transfer>
  /** Cancels with the code that was mailed to the former owner; see `objectToTransfer`. */
  objectToTransfer(id: string, input: Objection): Promise<Transfer>
  /** Changes the owner of workers whose waiting time is over; see `completeTransfers`. */
  completeTransfers(): Promise<WorkerId[]>
  /** The address of the caller's token. */
  readContact(caller: Caller): Promise<Contact>
  changeContact(caller: Caller, mail: string | null): Promise<Contact>
  /** Hands over the mails that are due; see `sendMails`. */
  sendMails(): Promise<number>
  /** Binds, adds or revokes a publisher's key; see `changeKeys`. */
  changeKeys(caller: Caller, id: WorkerId, input: KeyChangeInput): Promise<KeysChanged>
  /** Takes a worker's keys away, for who lost theirs; see `resetKeys`. Operators only. */
  resetKeys(caller: Caller, id: WorkerId, input: KeyResetInput): Promise<KeysChanged>
  /** Takes a patch of an artifact; see `putPatch`. */
  putPatch(
    caller: Caller,
    name: PatchName,
    body: ReadableStream<Uint8Array>,
    size: number,
  ): Promise<{ created: boolean; patch: PatchDocument }>
  /** Takes what somebody attests who built an artifact once more; see `attestRebuild`. */
  attestRebuild(
    caller: Caller,
    release: { readonly id: WorkerId; readonly version: Version },
    input: RebuildInput,
  ): Promise<AttestedRebuild>
  /** Stops counting a rebuilder, or counts it again; see `strikeRebuilder`. */
  strikeRebuilder(caller: Caller, input: StrikeInput): Promise<StrikeChanged>
  /** Who did what to a worker and its releases, newest first; for its owner and operators. */
  listEvents(caller: Caller, id: WorkerId): Promise<WorkerEvents>
  /** Issues the list of quarantined releases anew where it is not right any more or expires soon; see `issueRevocations`. */
  issueRevocations(): Promise<Revocations>
  /** Offers builds of the command line programs, all at once; see `offerPrograms`. Operators only. */
  offerPrograms(caller: Caller, input: ProgramsInput): Promise<ProgramsDocument>

  /** Issues a licence; see `issueLicense`. Operators only. */
  issueLicense(caller: Caller, input: LicenseInput): Promise<LicenseAnswer>
  /** Lets a licence last longer; see `extendLicense`. Operators only. */
  extendLicense(caller: Caller, id: string, input: LicenseExtension): Promise<LicenseAnswer>
  /** Ends a licence at once; see `revokeLicense`. Operators only. */
  revokeLicense(caller: Caller, id: string, reason: string): Promise<License>
  /** Operators only; fails with `license_not_found`. */
  readLicense(caller: Caller, id: string): Promise<License>
  /** Operators only; fails with `invalid_cursor`. */
  listLicenses(caller: Caller, limit: number, cursor: string | null): Promise<LicenseList>
  /** Whether who shows this token may publish the worker; see `mayPublish`. */
  mayPublish(token: string, id: WorkerId): Promise<boolean>
  /** What a token allows now; see `verifyLicense`. */
  verifyLicense(token: string): Promise<LicenseVerdict>
  /** Gives a machine a seat of the licence that it shows; see `activateSeat`. */
  activateSeat(input: SeatActivation): Promise<SeatAnswer>
  /** Gives a machine a new lease of its seat; see `renewSeat`. */
  renewSeat(input: SeatUse): Promise<SeatAnswer>
  /** Frees the seat of a machine; see `releaseSeat`. */
  releaseSeat(input: SeatUse): Promise<SeatReleased>
  /** Operators only; fails with `license_not_found` and `invalid_cursor`. */
  listSeats(
    caller: Caller,
    id: string,
    page: { readonly limit: number; readonly cursor: string | null },
  ): Promise<SeatList>
  /** Takes the seat of a machine away; see `takeSeatAway`. Operators only. */
  takeSeatAway(caller: Caller, id: string, fingerprint: string): Promise<SeatReleased>
  /** A query with which an archive that is sold is handed out for an hour. Fails with `license_unavailable`. */
  signDownload(sha256: Sha256): SignedQuery
  /** Whether {@link signDownload} gave this query, and it has not ended. */
  isSignedDownload(sha256: Sha256, query: SignedQuery): boolean
  /** With what licences are checked; null where none are issued. */
  readonly licenseKey: LicenseKey | null

  /** Keeps a picture that entries of a catalog name; see `putImage`. Operators only. */
  putImage(
    caller: Caller,
    sha256: Sha256,
    bytes: Uint8Array,
  ): Promise<{ created: boolean; image: StoredImage }>
  beginSync(caller: Caller, input: SyncInput): Promise<{ sync_id: string; needed: string[] }>
  /** Refuses each bad entry by itself; hand `refused` to `finishSync`, and send official entries first. */
  addSyncEntries(
    caller: Caller,
    syncId: string,
    entries: readonly unknown[],
  ): Promise<{ accepted: string[]; refused: Finding[] }>
  /**
   * Ends a sync. Call it again as long as `remaining` is not 0.
   *
   * @param about what compiled the catalog, and its folder inside its repository; see `syncFinishSchema`.
   */
  finishSync(
    caller: Caller,
    syncId: string,
    findings: readonly Finding[],
    about?: Pick<SyncFinish, 'compiler' | 'folder'>,
  ): Promise<SyncFinished>
  /** Notes that a catalog could not be read; what it brought before is served on. `position` as in `SyncInput`. */
  recordCatalogFailure(
    caller: Caller,
    catalog: string,
    failure: CatalogFailure,
    position?: number,
  ): Promise<void>
  /**
   * Takes a catalog away that is no longer configured. Names stay with their workers, and releases are served on. Call it
   * again as long as `remaining` is not 0. Fails with `catalog_not_found`.
   */
  dropCatalog(caller: Caller, catalog: string): Promise<CatalogDropped>

  /** Counts each client once per day and artifact, however often it is told; marks come from `createDownloadMarker`. */
  countDownloads(marks: readonly DownloadMark[]): Promise<void>
  /** Writes statistics whose counts changed, of some workers at a time. @returns the number of workers written. */
  writeDueStatistics(): Promise<number>

  /**
   * Fills a database that was lost from what lies beside the documents, and lets releases of earlier versions of this
   * program be counted; makes statistics due whose documents are gone. See `restoreLostRows`. Run it first.
   */
  restoreLostRows(): Promise<Restored>
  /** Writes documents that are due, after a change that was interrupted. */
  writeDueDocuments(): Promise<WrittenDocuments>
  /**
   * Indexes workers that search lacks: after damage, and where `isThorough` single ones as well. Answers how many it looked at.
   */
  mendIndex(isThorough: boolean): Promise<number>
  /** Tells in the log which keys the registry's own metadata are signed with; see `logKeyChanges`. */
  logKeyChanges(): Promise<void>
  /** Gives everything that happened its place in the transparency log, and shows it; see `writeLog`. */
  writeLog(): Promise<void>
  /** Lists the key of the log in the signed metadata once the log tells of everything; see `signLogKey`. */
  signLogKey(): Promise<void>
  /** Lists the files of an archive that was stored by a version which kept no lists; see `listFilesOfArchive`. */
  listFilesOfArchives(): Promise<void>
  /** Workers that need a worker: everybody may know. Fails with `invalid_cursor`. */
  listDependents(worker: WorkerId, limit: number, cursor: string | null): Promise<Dependents>
  /** Removes expired uploads and syncs, and who downloaded what on past days. */
  sweep(): Promise<{ uploads: number }>
  /** Answers when database and stores do, and metadata is signed in time; fails with `not_ready` or `signing_failed`. */
  checkReady(): Promise<void>
}

/** The earlier list: as a document where it is small; else it is read page by page while it is sent. */
export type LegacyList =
  | { readonly kind: 'document'; readonly document: StoredDocument }
  | {
      readonly kind: 'stream'
      /** Strong, with its quotes. */
      readonly etag: string
      /** In bytes; null where a page was written by a version that did not count them. */
      readonly size: number | null
      /** Reads nothing before it is asked for bytes. Fails midway when a page is freed, long after the list changed. */
      open(): ReadableStream<Uint8Array>
    }

/**
 * Everything that is read, from stores alone: no database. Made by `createReader({ documents, archives })`.
 * Nothing found is null; an address with a wrong form fails with `invalid_id`.
 */
export interface CatalogReader {
  /** Follows worker ids, variant ids, `-rbee-` aliases and backend words to a worker. */
  resolve(address: string): Promise<AliasDocument | null>
  document(key: DocumentKey): Promise<StoredDocument | null>
  release(id: WorkerId, version: string): Promise<ReleaseDocument | null>
  /** Sorted by id; fails with `invalid_cursor`. */
  listWorkers(limit: number, cursor: string | null): Promise<{ list: WorkerList; etag: string }>
  /** How many parts {@link CatalogReader.listPart} has, for who reads the whole list bit by bit. */
  listParts(): Promise<number>
  /** One part of the list, of up to 2,000 workers; none where the list is shorter. @param number from 0 */
  listPart(number: number): Promise<readonly WorkerSummary[]>
  /** The body of `GET /workers`: `{workers: [...]}` with one entry per variant for clients of earlier servers. */
  legacyList(): Promise<LegacyList>
  /** The body of `GET /workers/:id`; an address of a worker with several variants answers the default one. */
  legacyEntry(address: string): Promise<StoredDocument | null>
  archiveSize(sha256: Sha256): Promise<number | null>
  openArchive(sha256: Sha256, range?: ByteRange): Promise<OpenedArchive | null>
}
