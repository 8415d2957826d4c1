import { cachedDocuments, turnsPerKey } from '@rbee/blobs'
import { type FileLock, openSqliteDatabase, type SqliteDatabase } from '@rbee/db/sqlite'
import { createIdentityVerifier, DEFAULT_ISSUER } from '@rbee/oidc'
import {
  type CatalogReader,
  createDownloadMarker,
  createReader,
  createRegistry,
  createSearch,
  type Registry,
  type Search,
} from '@rbee/registry'
import { createApp } from '../app.ts'
import { DEFAULT_ALLOWED_ORIGINS } from '../http/headers.ts'
import { concernsKeptAnswers, createKeptAnswers } from '../http/kept-answers.ts'
import { describeBlobs, openArchiveLinks, openBlobs } from '../node/blobs.ts'
import { createCompress } from '../node/compress.ts'
import { lockDataFolder } from '../node/data-folder-lock.ts'
import { startDownloadCounter } from '../node/download-counter.ts'
import { refuseForeignBlobs } from '../node/foreign-blobs.ts'
import { freeForgottenUploads } from '../node/forgotten-uploads.ts'
import { openLicenseKey } from '../node/license-key.ts'
import { listen } from '../node/listener.ts'
import { openLogKey } from '../node/log-key.ts'
import { openMail } from '../node/mail.ts'
import { createMetrics, type Metrics, metricsPage } from '../node/metrics.ts'
import { ownPrograms } from '../node/own-programs.ts'
import { repositoryFiles } from '../node/repository-files.ts'
import { requestCounter } from '../node/request-counter.ts'
import { blobsPlace, databaseFile, type NodeServerSettings } from '../node/settings.ts'
import { openSigning, type Signing } from '../node/signing.ts'
import { sourceFiles } from '../node/source-files.ts'
import { startTransfers, type TransferJob } from '../node/transfers.ts'
import { startUpkeep } from '../node/upkeep.ts'
import { makeWritableFolder } from '../node/writable-folder.ts'
import { type PackageRepositoryJob, packagedIn } from '../package-repositories.ts'
import { requestIds } from '../request-ids.ts'
import {
  bringLogUpToDate,
  mendIndex,
  restoreLostRows,
  tellMailFailed,
  tellUnwritable,
  writeInterrupted,
  writeLog,
} from '../upkeep.ts'
import { VERSION } from '../version.ts'

export {
  type BlobStores,
  type BlobsPlace,
  describeBlobs,
  type LicensedLinks,
  openBlobs,
  openBlobsForReading,
} from '../node/blobs.ts'
export { lockDataFolder } from '../node/data-folder-lock.ts'
export { openLicenseKey } from '../node/license-key.ts'
export { databaseFile, keyFolder, type NodeServerSettings } from '../node/settings.ts'

/** Memory for documents that were read before: enough for some ten thousand of them. */
const DOCUMENT_CACHE_BYTES = 128 * 2 ** 20
/** Memory for answers that are ready to be sent. */
const KEPT_ANSWERS_BYTES = 64 * 2 ** 20
/** Bodies that are compressed at the same time; there are four threads, which also read files. */
const COMPRESSED_AT_ONCE = 8
const DEFAULT_GRACE_MS = 30_000

export interface RunningServer {
  /** Address under which clients reach the server, without a slash at the end. */
  readonly url: string
  /** For changes made by the process that runs the server, such as a sync at its start. */
  readonly registry: Registry
  readonly reader: CatalogReader
  readonly search: Search
  /** The root that clients have to trust, and its SHA-256; null where the keys of the data folder cannot be used. */
  readonly trustedRoot: Signing['root']
  /** The key that the transparency log is signed with, as clients name it. */
  readonly logKey: string
  /** Takes no new requests, finishes the running ones, and closes the database. */
  close(): Promise<void>
}

/**
 * Starts the catalog on SQLite, and files or a bucket. Answers once requests are taken and documents that an interrupted
 * change left behind are written. Fails with `port_in_use`, with `setting_invalid` for a folder or bucket that cannot be
 * written to, with `busy` where another server runs on the folder, and with `state_damaged` where the places do not belong together.
 */
export async function startServer(settings: NodeServerSettings): Promise<RunningServer> {
  const { log, clock, randomBytes } = settings
  const keptAnswers = createKeptAnswers({ maxBytes: KEPT_ANSWERS_BYTES })
  let metrics: Metrics | null = null
  let isStopping = false
  const listener = await listen(settings.host, settings.port, {
    nextId: requestIds(randomBytes),
    trustProxy: settings.trustProxy ?? false,
    onAnswered(answered) {
      metrics?.onAnswered(answered)
      settings.onAnswered?.(answered)
    },
    log,
  })
  let lock: FileLock | null = null
  let database: SqliteDatabase | null = null
  let repositories: PackageRepositoryJob | null = null
  let transfers: TransferJob | null = null
  try {
    await makeWritableFolder(settings.dataDir, '--data-dir')
    lock = lockDataFolder(settings.dataDir)
    const archiveLinks = await openArchiveLinks(blobsPlace(settings), settings.licensedLinks, clock)
    const stores = await openBlobs(blobsPlace(settings), settings)
    database = openSqliteDatabase(databaseFile(settings.dataDir), { onQuery: settings.onQuery })
    await freeForgottenUploads(blobsPlace(settings), database)
    const documents = cachedDocuments(stores.documents, {
      maxBytes: DOCUMENT_CACHE_BYTES,
      onChange: (key) => {
        if (concernsKeptAnswers(key)) keptAnswers.forgetAll()
        const worker = packagedIn(key)
        if (worker !== null) repositories?.changed(worker)
      },
    })
    const inTurn = turnsPerKey()
    const signing = await openSigning(settings, { database, documents, inTurn })
    const logSigner = await openLogKey(settings)
    const url = settings.publicUrl ?? listener.url
    const ports = {
      database,
      documents,
      archives: stores.archives,
      clock,
      randomBytes,
      inTurn,
      onIndexed: () => keptAnswers.forgetAll(),
      onUnwritable: tellUnwritable(log),
      metadata: signing.repository,
      logSigner,
      licenses: await openLicenseKey(settings),
      leaseTimes: settings.leaseTimes,
      mail: { port: openMail(settings.mail ?? {}, settings.dataDir, url), registry: url },
      onMailFailed: tellMailFailed(log),
      onMailsQueued: () => transfers?.wake(),
      transferRules: settings.transferRules,
      identities: createIdentityVerifier({
        issuers: settings.oidcIssuers ?? [DEFAULT_ISSUER],
        fetch: settings.fetchIssuerKeys ?? fetch,
        clock,
        inTurn,
      }),
    }
    const registry = createRegistry(ports)
    const reader = createReader(ports)
    const search = createSearch(ports)
    if (settings.operatorToken !== undefined) await registry.ensureOperatorToken(settings.operatorToken)
    await restoreLostRows(registry, log)
    await writeLog(registry, log)
    await registry.issueRevocations()
    await writeInterrupted(registry, log)
    await refuseForeignBlobs(ports, describeBlobs(blobsPlace(settings)))
    await signing.publish()
    await bringLogUpToDate(registry, log)
    const catalogSync = settings.catalogSync?.(registry, reader) ?? null
    await settings.beforeAnswering?.(registry)
    await mendIndex(registry, log, true)
    // Reads the rows of search, so that nobody has to wait for them.
    await search.listTags()

    if (settings.metrics !== undefined && settings.metrics !== 'off') {
      metrics = createMetrics({ version: VERSION, database, reader, ...listener })
    }
    const downloads = startDownloadCounter({ registry, mark: createDownloadMarker(ports), log })
    repositories = settings.packageRepositories?.(reader, url) ?? null
    const allowedOrigins = settings.allowedOrigins ?? DEFAULT_ALLOWED_ORIGINS
    listener.serve(
      createApp({
        ensurePrograms: ownPrograms(async () => settings.offerPrograms?.(registry, reader), log),
        registry,
        reader,
        search,
        archiveLinks,
        settings: {
          publicUrl: settings.publicUrl ?? (isEveryAddress(settings.host) ? null : url),
          allowedOrigins,
          version: VERSION,
          githubWebhookSecret: settings.githubWebhookSecret ?? null,
          reportTo: settings.reportTo ?? null,
        },
        catalogSync,
        exchangeOf: listener.exchangeOf,
        countRequest: requestCounter(settings),
        keptAnswers,
        compress: createCompress(COMPRESSED_AT_ONCE),
        packageRepositories: repositories && repositoryFiles(repositories),
        sourceRepositories:
          settings.sourceRepositories === undefined ? null : sourceFiles(settings.sourceRepositories),
        metadata: { repository: signing.repository, takesRoots: false },
        metrics: metricsPage(metrics, settings.metrics),
        isStopping: () => isStopping,
        countDownload: downloads.count,
        log,
      }),
    )
    const signer = signing.start()
    const upkeep = startUpkeep(registry, log)
    transfers = startTransfers(registry, log)
    return {
      url,
      registry,
      reader,
      search,
      trustedRoot: signing.root,
      logKey: logSigner.verifier.text,
      async close() {
        isStopping = true
        await Promise.all([
          listener.close(settings.graceMs ?? DEFAULT_GRACE_MS),
          settings.beforeClosing?.(),
          repositories?.stop(),
          signer.stop(),
          upkeep.stop(),
          transfers?.stop(),
        ])
        await downloads.stop()
        database?.close()
        lock?.release()
      },
    }
  } catch (error) {
    await listener.close(0)
    database?.close()
    lock?.release()
    throw error
  }
}

/** Such a host is no address that a client could use: each is told the one under which it reached the server. */
function isEveryAddress(host: string): boolean {
  return host === '0.0.0.0' || host === '::'
}
