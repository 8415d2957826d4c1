import { r2ArchiveStore, r2DocumentStore } from '@rbee/blobs/r2'
import { presignedLinks } from '@rbee/blobs/s3/links'
import { d1Database } from '@rbee/db/d1'
import { createIdentityVerifier, DEFAULT_ISSUER } from '@rbee/oidc'
import {
  createDownloadMarker,
  createReader,
  createRegistry,
  createSearch,
  metadataStore,
  type Registry,
} from '@rbee/registry'
import { createMetadataRepository, type MetadataRepository } from '@rbee/trust'
import { accessFields } from '../access-log.ts'
import type { AnsweredRequest } from '../answered-request.ts'
import { type CatalogApp, createApp } from '../app.ts'
import { consoleLog } from '../cloudflare/console-log.ts'
import { countQueued, queuedDownloads } from '../cloudflare/download-queue.ts'
import { workerExchange } from '../cloudflare/exchange.ts'
import { parseWorkerSettings } from '../cloudflare/settings.ts'
import { DEFAULT_ALLOWED_ORIGINS } from '../http/headers.ts'
import { mailHost } from '../mail/compose-mail.ts'
import { bucketMail } from '../mail/r2-mail.ts'
import { requestIds } from '../request-ids.ts'
import {
  moveTransfers,
  renewMetadata,
  restoreLostRows,
  tellMailFailed,
  tellUnwritable,
  upkeep,
} from '../upkeep.ts'
import { VERSION } from '../version.ts'

interface Catalog {
  readonly app: CatalogApp
  readonly registry: Registry
  readonly metadata: MetadataRepository
}

/**
 * An invocation may make 1,000 requests to D1 and R2 together; half of them are for documents that are due, the rest for
 * the list, rows and the call itself. Source: https://developers.cloudflare.com/workers/platform/limits/
 */
const OPERATIONS_PER_CALL = 500

/** One per isolate, whose bindings stay the same as long as it lives. */
const catalogs = new WeakMap<Env, Promise<Catalog>>()
const log = consoleLog(console, Date.now)
const onAnswered = (answered: AnsweredRequest) => log.info({ ...accessFields(answered) }, 'request')

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const { app } = await catalogOf(env)
    return app.fetch(request)
  },
  async scheduled(_event: unknown, env: Env): Promise<void> {
    const { registry, metadata } = await catalogOf(env)
    await renewMetadata(metadata, log)
    if (!(await restoreLostRows(registry, log))) return
    await moveTransfers(registry, log)
    await upkeep(registry, log)
  },
  async queue(batch: { readonly messages: readonly { readonly body: unknown }[] }, env: Env): Promise<void> {
    const { registry } = await catalogOf(env)
    await countQueued(registry, batch.messages, log)
  },
}

function catalogOf(env: Env): Promise<Catalog> {
  const known = catalogs.get(env)
  if (known) return known
  const opened = openCatalog(env)
  catalogs.set(env, opened)
  return opened
}

async function openCatalog(env: Env): Promise<Catalog> {
  const settings = parseWorkerSettings(env)
  const randomBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length))
  const database = d1Database(env.DB)
  const documents = r2DocumentStore(env.BUCKET)
  const metadata = createMetadataRepository({
    store: metadataStore(documents),
    online: settings.signingKey,
    clock: Date.now,
    onFirst: () => database.markAllDue(),
  })
  const ports = {
    database,
    documents,
    archives: r2ArchiveStore(env.BUCKET, randomBytes),
    clock: Date.now,
    randomBytes,
    operationsPerCall: OPERATIONS_PER_CALL,
    onUnwritable: tellUnwritable(log),
    metadata,
    mail: {
      port: bucketMail(env.BUCKET, { address: settings.mailFrom ?? `rbee@${mailHost(settings.publicUrl)}` }),
      registry: settings.publicUrl,
    },
    onMailFailed: tellMailFailed(log),
    onMailsQueued: async () => {
      await registry.sendMails()
    },
    transferRules: settings.transferRules,
    identities: createIdentityVerifier({
      issuers: settings.oidcIssuers ?? [DEFAULT_ISSUER],
      fetch: (input, init) => fetch(input, init),
      clock: Date.now,
    }),
    ...(settings.licenses && { licenses: settings.licenses }),
    ...(settings.logSigner && { logSigner: settings.logSigner }),
  }
  const registry: Registry = createRegistry(ports)
  if (settings.operatorToken !== null) await registry.ensureOperatorToken(settings.operatorToken)
  const nextRequestId = requestIds(randomBytes)
  const app = createApp({
    // There is nothing here to build them from; an operator publishes them.
    ensurePrograms: async () => {},
    registry,
    reader: createReader(ports),
    search: createSearch(ports),
    archiveLinks: settings.archivePlace && presignedLinks(settings.archivePlace, Date.now),
    settings: {
      publicUrl: settings.publicUrl,
      allowedOrigins: settings.allowedOrigins ?? DEFAULT_ALLOWED_ORIGINS,
      version: VERSION,
      githubWebhookSecret: settings.githubWebhookSecret,
      reportTo: settings.reportTo,
    },
    // There is no Git here: catalogs are brought by "rbee-catalog sync".
    catalogSync: null,
    // Isolates share no memory; rules of the zone count before a request reaches any of them.
    countRequest: null,
    countDownload: queuedDownloads(env.DOWNLOADS, createDownloadMarker(ports), log),
    log,
    exchangeOf: ({ req }) => workerExchange(req.raw, nextRequestId(), onAnswered),
    keptAnswers: null,
    // Cloudflare compresses on its way to the client, after its cache.
    compress: null,
    // Packages are made by programs with a file system: see "rbee-catalog repository build".
    packageRepositories: null,
    sourceRepositories: null,
    metadata: { repository: metadata, takesRoots: true },
    // A scrape would reach one isolate of many.
    metrics: { readers: 'off', instead: "see the analytics of the Worker in Cloudflare's dashboard" },
    isStopping: () => false,
  })
  return { app, registry, metadata }
}
