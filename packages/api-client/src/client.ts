import {
  catalogDroppedSchema,
  catalogStatusSchema,
  contactSchema,
  currentTokenSchema,
  type DeprecationInput,
  dependentsSchema,
  exchangedTokenSchema,
  type Finding,
  fileListSchema,
  type IdentityExchange,
  issuedLicenseSchema,
  type KeyChangeInput,
  type KeyResetInput,
  type LicenseExtension,
  type LicenseInput,
  licenseAnswerSchema,
  licenseKeySchema,
  licenseListSchema,
  licenseVerdictSchema,
  type Objection,
  type OrphanInput,
  orphanAnswerSchema,
  type ProgramsInput,
  type ProvenanceSubject,
  patchDocumentSchema,
  programsDocumentSchema,
  publisherDocumentSchema,
  type RbeeError,
  type RebuildInput,
  type ReleaseDocument,
  type ReleaseInput,
  rebuildAttestedSchema,
  rebuildsSchema,
  releaseDocumentSchema,
  revocationsSchema,
  type SearchInput,
  type SeatActivation,
  type SeatUse,
  type SecurityFixInput,
  type SignedRootInput,
  type StrikeInput,
  type SyncFinish,
  type SyncInput,
  searchAnswerSchema,
  seatAnswerSchema,
  seatListSchema,
  seatReleasedSchema,
  signedRootSchema,
  statisticsOverviewSchema,
  storedImageSchema,
  strikeSchema,
  suggestionsSchema,
  syncEntriesResultSchema,
  syncFinishedSchema,
  syncStateSchema,
  type TokenInput,
  type TransferApproval,
  type TransferInput,
  type TransferState,
  type TrustedPublisher,
  type TrustedPublisherInput,
  tagListSchema,
  tokenAnswerSchema,
  transferListSchema,
  transferSchema,
  trustedPublisherSchema,
  trustedPublishersSchema,
  type UploadInput,
  uploadStateSchema,
  versionsDocumentSchema,
  workerChecksSchema,
  workerDocumentSchema,
  workerEventsSchema,
  workerKeysSchema,
  workerListSchema,
  workerLogSchema,
  workerStatisticsSchema,
} from '@rbee/schema'
import createFetchClient from 'openapi-fetch'
import { z } from 'zod'
import { type AnswerRules, type CallResult, type CheckBytes, checked, checkedBytes } from './answers.ts'
import type { paths } from './api.generated.ts'
import { type ReadRules, readBytes } from './read-bytes.ts'
import { type CallPolicy, type TransportOptions, transport } from './transport.ts'

export type ClientOptions = TransportOptions
/** A registry's API as functions; every failure is an `RbeeError`. */
export type RegistryClient = ReturnType<typeof createClient>

/** Which artifact a patch makes, and from what. */
export type PatchName =
  paths['/v1/workers/{id}/{version}/patches/{platform}/{variant}/{from}']['put']['parameters']['path']

/** One build of a release. */
type ArtifactName =
  paths['/v1/workers/{id}/{version}/files/{platform}/{variant}']['get']['parameters']['path']

const DEFAULT_TIMEOUT_MS = 60_000
/** A part takes this long on a line of 28 kB/s; completing an upload, the server reads all of it once. */
const TRANSFER_TIMEOUT_MS = 10 * 60_000

const nothing = z.undefined()
const readySchema = z.object({ status: z.literal('ready') })
const unchecked: CheckBytes = async () => {}

/** Addresses, parameters and bodies are those of the server's OpenAPI document; answers are checked when they arrive. */
export function createClient(options: ClientOptions) {
  const callsWith = (policy: CallPolicy) =>
    createFetchClient<paths>({ baseUrl: options.registry, fetch: transport(options, policy) })
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS
  const api = callsWith({ timeoutMs, repeatable: true })
  const transfers = callsWith({ timeoutMs: TRANSFER_TIMEOUT_MS, repeatable: true })
  /** Calls that would do something else the second time. */
  const once = callsWith({ timeoutMs: TRANSFER_TIMEOUT_MS, repeatable: false })

  const send = transport(options, { timeoutMs, repeatable: true })

  const answerOf = <Schema extends z.ZodType>(
    calling: Promise<CallResult>,
    schema: Schema,
    rules: AnswerRules = {},
  ) => checked(options, calling, schema, rules).then(({ data }) => data)

  /** A call whose parameters may be repeated, which the generated client does not write as the server reads them. */
  const get = async (path: string): Promise<CallResult> => {
    const response = await send(new Request(options.registry + path))
    const body: unknown = await response.json()
    return response.ok ? { data: body, response } : { error: body, response }
  }

  return {
    /** Workers by words, filters and order; see docs/search.md for the parameters. */
    search: (query: URLSearchParams) => answerOf(get(`/v1/search?${query}`), searchAnswerSchema),
    /** The same for a machine, whose profile goes along. */
    searchWorkers: (body: SearchInput) => answerOf(api.POST('/v1/search', { body }), searchAnswerSchema),
    listTags: () => answerOf(get('/v1/tags'), tagListSchema),
    /** Which releases may not run anywhere. Fails with `not_ready` before the first list is issued. */
    revocations: () => answerOf(get('/v1/revocations'), revocationsSchema),
    /** Fails with `not_ready` or `signing_failed` where the server should not be asked anything. */
    ready: () => answerOf(get('/ready'), readySchema),
    suggest: (query: URLSearchParams) => answerOf(get(`/v1/suggest?${query}`), suggestionsSchema),
    /** Who publishes workers, and which. Fails with `publisher_not_found`. */
    getPublisher: (id: string, query: URLSearchParams = new URLSearchParams()) =>
      answerOf(get(`/v1/publishers/${encodeURIComponent(id)}?${query}`), publisherDocumentSchema),
    /** @param check of the document, before it is read. */
    getWorker: (id: string, check: CheckBytes = unchecked) =>
      checkedBytes(
        options,
        api.GET('/v1/workers/{id}', { params: { path: { id } }, parseAs: 'arrayBuffer' }),
        workerDocumentSchema,
        check,
      ),
    /** @param check of the document, before it is read. */
    listVersions: (id: string, check: CheckBytes = unchecked) =>
      checkedBytes(
        options,
        api.GET('/v1/workers/{id}/versions', { params: { path: { id } }, parseAs: 'arrayBuffer' }),
        versionsDocumentSchema,
        check,
      ),
    /**
     * @param version a version, or `latest`
     * @param check of the document, before it is read.
     */
    getRelease: (id: string, version: string, check: CheckBytes = unchecked) =>
      checkedBytes(
        options,
        api.GET('/v1/workers/{id}/{version}', { params: { path: { id, version } }, parseAs: 'arrayBuffer' }),
        releaseDocumentSchema,
        check,
      ),
    /**
     * The PKGBUILD that builds a release; without a query whatever the worker has.
     *
     * @param query `dev` builds from source, `prod` packs what is published
     */
    getPkgbuild: (id: string, query: { version?: string; build?: 'dev' | 'prod' } = {}) =>
      answerOf(
        api.GET('/v1/workers/{id}/pkgbuild', {
          params: { path: { id } },
          parseAs: 'text',
          querySerializer: () => new URLSearchParams(query).toString(),
        }),
        z.string(),
      ),
    listWorkers: (query: { limit?: number; cursor?: string } = {}) =>
      answerOf(api.GET('/v1/workers', { params: { query } }), workerListSchema),
    /** The Markdown of a worker's author. Fails with `no_readme` where there is none. */
    getReadme: (id: string) =>
      answerOf(
        api.GET('/v1/workers/{id}/readme', { params: { path: { id } }, parseAs: 'text' }),
        z.string().optional().default(''),
      ),
    /** What a worker's author says changed, in Markdown. Fails with `no_changelog` where there is nothing. */
    getChangelog: (id: string) =>
      answerOf(
        api.GET('/v1/workers/{id}/changelog', { params: { path: { id } }, parseAs: 'text' }),
        z.string().optional().default(''),
      ),
    /** What the static checker finds in a worker's texts. Fails with `no_checks` where nobody checked them. */
    getChecks: (id: string) =>
      answerOf(api.GET('/v1/workers/{id}/checks', { params: { path: { id } } }), workerChecksSchema),
    /** Workers that need a worker. */
    listDependents: (id: string, query: { limit?: number; cursor?: string } = {}) =>
      answerOf(api.GET('/v1/workers/{id}/dependents', { params: { path: { id }, query } }), dependentsSchema),
    /** Downloads of a worker. */
    workerStatistics: (id: string) =>
      answerOf(api.GET('/v1/workers/{id}/stats', { params: { path: { id } } }), workerStatisticsSchema),
    /** Workers and downloads of the whole registry. */
    statisticsOverview: () => answerOf(api.GET('/v1/stats/overview'), statisticsOverviewSchema),
    catalogStatus: () => answerOf(api.GET('/v1/catalog/status'), catalogStatusSchema),

    openUpload: (body: UploadInput, signal?: AbortSignal) =>
      answerOf(api.POST('/v1/uploads', { body, signal }), uploadStateSchema),
    uploadState: (upload_id: string) =>
      answerOf(api.GET('/v1/uploads/{upload_id}', { params: { path: { upload_id } } }), uploadStateSchema),
    /** @param part from 1 */
    putPart: (upload_id: string, part: number, bytes: Uint8Array<ArrayBuffer>, signal?: AbortSignal) =>
      answerOf(
        transfers.PUT('/v1/uploads/{upload_id}/parts/{part}', {
          params: { path: { upload_id, part } },
          headers: { 'Content-Type': 'application/octet-stream' },
          body: bytes,
          bodySerializer: () => bytes,
          signal,
        }),
        uploadStateSchema,
      ),
    completeUpload: (upload_id: string, signal?: AbortSignal) =>
      answerOf(
        transfers.POST('/v1/uploads/{upload_id}/complete', { params: { path: { upload_id } }, signal }),
        uploadStateSchema,
      ),
    abandonUpload: (upload_id: string) =>
      answerOf(api.DELETE('/v1/uploads/{upload_id}', { params: { path: { upload_id } } }), nothing),
    /** `created` is false when exactly this release was there already. */
    async publishRelease(
      id: string,
      version: string,
      body: ReleaseInput,
      signal?: AbortSignal,
    ): Promise<{ created: boolean; release: ReleaseDocument }> {
      const calling = api.PUT('/v1/workers/{id}/{version}', {
        params: { path: { id, version } },
        body,
        signal,
      })
      const { status, data } = await checked(options, calling, releaseDocumentSchema)
      return { created: status === 201, release: data }
    },

    /** Withdraws or blocks a release, or takes that back; the same again changes nothing. */
    changeRelease: (
      what: 'yank' | 'unyank' | 'quarantine' | 'release',
      { id, version }: { readonly id: string; readonly version: string },
      reason: string,
    ) =>
      answerOf(
        api.POST(`/v1/workers/{id}/{version}/${what}`, {
          params: { path: { id, version } },
          body: { reason },
        }),
        releaseDocumentSchema,
      ),
    confirmSecurityFix: (
      { id, version }: { readonly id: string; readonly version: string },
      body: SecurityFixInput,
    ) =>
      answerOf(
        api.POST('/v1/workers/{id}/{version}/security-fix', { params: { path: { id, version } }, body }),
        releaseDocumentSchema,
      ),
    deprecateWorker: (id: string, body: DeprecationInput) =>
      answerOf(
        api.POST('/v1/workers/{id}/deprecate', { params: { path: { id } }, body }),
        workerDocumentSchema,
      ),
    undeprecateWorker: (id: string, reason: string) =>
      answerOf(
        api.POST('/v1/workers/{id}/undeprecate', { params: { path: { id } }, body: { reason } }),
        workerDocumentSchema,
      ),
    /** @param check of the document, before it is read. */
    workerKeys: (id: string, check: CheckBytes = unchecked) =>
      checkedBytes(
        options,
        api.GET('/v1/workers/{id}/keys', { params: { path: { id } }, parseAs: 'arrayBuffer' }),
        workerKeysSchema,
        check,
      ),
    /** Binds, adds or revokes a publisher's key; the same again changes nothing. */
    changeWorkerKeys: (id: string, body: KeyChangeInput) =>
      answerOf(api.POST('/v1/workers/{id}/keys', { params: { path: { id } }, body }), workerKeysSchema),
    /** Operators only. */
    resetWorkerKeys: (id: string, body: KeyResetInput) =>
      answerOf(api.POST('/v1/workers/{id}/keys/reset', { params: { path: { id } }, body }), workerKeysSchema),
    /** The signed provenance of an artifact, byte for byte; null where there is none. See {@link readBytes}. */
    provenance: (
      { worker, version, platform, variant }: Omit<ProvenanceSubject, 'digest'>,
      maxBytes: number,
      rules: ReadRules = {},
    ) =>
      readBytes(
        options,
        send,
        `/v1/workers/${worker}/${encodeURIComponent(version)}/provenance/${platform}/${variant}`,
        maxBytes,
        rules,
      ),
    /** What the archives of a build unpack to. Fails with `no_file_list` where that was not recorded. */
    listFiles: (path: ArtifactName) =>
      answerOf(
        api.GET('/v1/workers/{id}/{version}/files/{platform}/{variant}', { params: { path } }),
        fileListSchema,
      ),
    /** Adds a patch of an artifact: from the archive whose tar has this SHA-256. One that is there already stays. */
    putPatch: (name: PatchName, bytes: Uint8Array<ArrayBuffer>, signal?: AbortSignal) =>
      answerOf(
        transfers.PUT('/v1/workers/{id}/{version}/patches/{platform}/{variant}/{from}', {
          params: { path: name },
          headers: { 'Content-Type': 'application/octet-stream' },
          body: bytes,
          bodySerializer: () => bytes,
          signal,
        }),
        patchDocumentSchema,
      ),
    /** Attests what came of building a release once more; the same again changes nothing. */
    attestRebuild: (id: string, version: string, body: RebuildInput) =>
      answerOf(
        api.POST('/v1/workers/{id}/{version}/rebuilds', { params: { path: { id, version } }, body }),
        rebuildAttestedSchema,
      ),
    /** Who built a release once more, newest first. */
    listRebuilds: (id: string, version: string, query: { limit?: number; cursor?: string } = {}) =>
      answerOf(
        api.GET('/v1/workers/{id}/{version}/rebuilds', { params: { path: { id, version }, query } }),
        rebuildsSchema,
      ),
    /** Operators only. */
    strikeRebuilder: (body: StrikeInput) =>
      answerOf(api.POST('/v1/rebuilders/strikes', { body }), strikeSchema),
    /** Who did what to a worker and its releases, newest first. */
    workerEvents: (id: string) =>
      answerOf(api.GET('/v1/workers/{id}/events', { params: { path: { id } } }), workerEventsSchema),

    /** Says that nobody looks after a worker any more, or takes that back. */
    orphanWorker: (id: string, body: OrphanInput) =>
      answerOf(api.POST('/v1/workers/{id}/orphan', { params: { path: { id } }, body }), orphanAnswerSchema),
    /** Asks staff to give a worker to another owner; the same again changes nothing. */
    askTransfer: (id: string, body: TransferInput) =>
      answerOf(api.POST('/v1/workers/{id}/transfers', { params: { path: { id } }, body }), transferSchema),
    listWorkerTransfers: (id: string) =>
      answerOf(api.GET('/v1/workers/{id}/transfers', { params: { path: { id } } }), transferListSchema),
    listTransfers: (status?: TransferState) =>
      answerOf(api.GET('/v1/transfers', { params: { query: { status } } }), transferListSchema),
    getTransfer: (transfer_id: string) =>
      answerOf(api.GET('/v1/transfers/{transfer_id}', { params: { path: { transfer_id } } }), transferSchema),
    approveTransfer: (transfer_id: string, body: TransferApproval) =>
      answerOf(
        api.POST('/v1/transfers/{transfer_id}/approve', { params: { path: { transfer_id } }, body }),
        transferSchema,
      ),
    refuseTransfer: (transfer_id: string, reason: string) =>
      answerOf(
        api.POST('/v1/transfers/{transfer_id}/refuse', {
          params: { path: { transfer_id } },
          body: { reason },
        }),
        transferSchema,
      ),
    cancelTransfer: (transfer_id: string, reason: string) =>
      answerOf(
        api.POST('/v1/transfers/{transfer_id}/cancel', {
          params: { path: { transfer_id } },
          body: { reason },
        }),
        transferSchema,
      ),
    /** Stops a transfer with the code out of the mail; needs no token. */
    objectToTransfer: (transfer_id: string, body: Objection) =>
      answerOf(
        api.POST('/v1/transfers/{transfer_id}/object', { params: { path: { transfer_id } }, body }),
        transferSchema,
      ),
    /** Where the holder of the client's own token is told of transfers. */
    contact: () => answerOf(api.GET('/v1/tokens/current/contact'), contactSchema),
    changeContact: (mail: string | null) =>
      answerOf(api.PUT('/v1/tokens/current/contact', { body: { mail } }), contactSchema),

    /** Sends a picture that entries of a catalog name; one that is there already stays. */
    putImage: (sha256: string, bytes: Uint8Array<ArrayBuffer>) =>
      answerOf(
        transfers.PUT('/v1/catalog/images/{sha256}', {
          params: { path: { sha256 } },
          headers: { 'Content-Type': 'application/octet-stream' },
          body: bytes,
          bodySerializer: () => bytes,
        }),
        storedImageSchema,
      ),
    beginSync: (body: SyncInput) => answerOf(api.POST('/v1/catalog/syncs', { body }), syncStateSchema),
    addSyncEntries: (sync_id: string, entries: readonly unknown[]) =>
      answerOf(
        api.PUT('/v1/catalog/syncs/{sync_id}/entries', {
          params: { path: { sync_id } },
          body: { entries: [...entries] },
        }),
        syncEntriesResultSchema,
      ),
    /** Repeat it as long as `remaining` is not 0. */
    finishSync: (
      sync_id: string,
      findings: readonly Finding[],
      about: Pick<SyncFinish, 'compiler' | 'folder'> = {},
    ) =>
      answerOf(
        once.POST('/v1/catalog/syncs/{sync_id}/finish', {
          params: { path: { sync_id } },
          body: { ...about, findings: [...findings] },
        }),
        syncFinishedSchema,
      ),
    /** Repeat it as long as `remaining` is not 0. */
    dropCatalog: (catalog: string) =>
      answerOf(once.DELETE('/v1/catalog/syncs', { params: { query: { catalog } } }), catalogDroppedSchema),

    /** A file of the transparency log, such as `checkpoint`; null where there is none. See {@link readBytes}. */
    logFile: (path: string, maxBytes: number, rules: ReadRules = {}) =>
      readBytes(options, send, `/v1/log/${path}`, maxBytes, rules),

    /** Where the log tells of a release; see `checkRelease` of the transparency log. */
    releaseLog: (id: string, version: string, signal?: AbortSignal) =>
      answerOf(
        api.GET('/v1/workers/{id}/{version}/log', { params: { path: { id, version } }, signal }),
        workerLogSchema,
      ),

    /**
     * A file of the signed metadata, such as `timestamp.json`; null where there is none. See {@link readBytes}.
     *
     * @param excess what more than `maxBytes` bytes are refused with.
     */
    signedFile: (name: string, maxBytes: number, excess?: () => RbeeError) =>
      readBytes(options, send, `/v1/tuf/${name}`, maxBytes, { excess }),
    /** Publishes what the offline keys signed. */
    publishRoot: (body: SignedRootInput) => answerOf(api.PUT('/v1/tuf/root', { body }), signedRootSchema),

    programs: () => answerOf(api.GET('/v1/programs'), programsDocumentSchema),
    offerPrograms: (body: ProgramsInput) =>
      answerOf(api.PUT('/v1/programs', { body }), programsDocumentSchema),

    /** A token for the run of a workflow; each identity token is accepted once. */
    exchangeIdentity: (body: IdentityExchange) =>
      answerOf(once.POST('/v1/oidc/token', { body }), exchangedTokenSchema),
    listTrustedPublishers: (id: string) =>
      answerOf(
        api.GET('/v1/workers/{id}/trusted-publishers', { params: { path: { id } } }),
        trustedPublishersSchema,
      ),
    /** `created` is false when the same is trusted already. */
    async addTrustedPublisher(
      id: string,
      body: TrustedPublisherInput,
    ): Promise<{ created: boolean; publisher: TrustedPublisher }> {
      const calling = api.POST('/v1/workers/{id}/trusted-publishers', { params: { path: { id } }, body })
      const { status, data } = await checked(options, calling, trustedPublisherSchema)
      return { created: status === 201, publisher: data }
    },
    removeTrustedPublisher: (id: string, publisher_id: string) =>
      answerOf(
        api.DELETE('/v1/workers/{id}/trusted-publishers/{publisher_id}', {
          params: { path: { id, publisher_id } },
        }),
        nothing,
      ),
    /** Lets trusted publishers alone publish a worker, or others as well. */
    refuseTokens: (id: string, tokens_refused: boolean) =>
      answerOf(
        api.PUT('/v1/workers/{id}/tokens-refused', { params: { path: { id } }, body: { tokens_refused } }),
        trustedPublishersSchema,
      ),

    /** What the client's own token may do. */
    currentToken: () => answerOf(api.GET('/v1/tokens/current'), currentTokenSchema),
    /** What a licence allows now. It is sent in the body alone. */
    verifyLicense: (token: string) =>
      answerOf(api.POST('/v1/licenses/verify', { body: { token } }), licenseVerdictSchema),
    /** Takes a seat of a licence for a machine. Asked again, it takes no second one. */
    activateSeat: (body: SeatActivation) =>
      answerOf(api.POST('/v1/licenses/activate', { body }), seatAnswerSchema),
    /** Gets a new lease of a seat. */
    renewSeat: (body: SeatUse) => answerOf(api.POST('/v1/licenses/heartbeat', { body }), seatAnswerSchema),
    /** Gives a seat back. */
    releaseSeat: (body: SeatUse) => answerOf(api.POST('/v1/licenses/release', { body }), seatReleasedSchema),
    /** With what licences are checked without asking the registry. */
    getLicenseKey: () => answerOf(api.GET('/v1/licenses/key'), licenseKeySchema),
    /** Operators only, as all that follows of licences. */
    issueLicense: (body: LicenseInput) => answerOf(once.POST('/v1/licenses', { body }), licenseAnswerSchema),
    listLicenses: (query: { limit?: number; cursor?: string } = {}) =>
      answerOf(api.GET('/v1/licenses', { params: { query } }), licenseListSchema),
    getLicense: (license_id: string) =>
      answerOf(
        api.GET('/v1/licenses/{license_id}', { params: { path: { license_id } } }),
        issuedLicenseSchema,
      ),
    revokeLicense: (license_id: string, reason: string) =>
      answerOf(
        api.POST('/v1/licenses/{license_id}/revoke', { params: { path: { license_id } }, body: { reason } }),
        issuedLicenseSchema,
      ),
    extendLicense: (license_id: string, body: LicenseExtension) =>
      answerOf(
        api.POST('/v1/licenses/{license_id}/extend', { params: { path: { license_id } }, body }),
        licenseAnswerSchema,
      ),
    listSeats: (license_id: string, query: { limit?: number; cursor?: string } = {}) =>
      answerOf(
        api.GET('/v1/licenses/{license_id}/seats', { params: { path: { license_id }, query } }),
        seatListSchema,
      ),
    takeSeatAway: (license_id: string, fingerprint: string) =>
      answerOf(
        api.DELETE('/v1/licenses/{license_id}/seats/{fingerprint}', {
          params: { path: { license_id, fingerprint } },
        }),
        seatReleasedSchema,
      ),
    createToken: (body: TokenInput) => answerOf(once.POST('/v1/tokens', { body }), tokenAnswerSchema),
    revokeToken: (token_id: string) =>
      answerOf(api.DELETE('/v1/tokens/{token_id}', { params: { path: { token_id } } }), nothing, {
        ownNotFound: true,
      }),
  }
}
