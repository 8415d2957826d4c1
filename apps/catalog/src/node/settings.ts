import { join } from 'node:path'
import type { CatalogReader, Clock, RandomBytes, Registry, RegistryPorts } from '@rbee/registry'
import type { AnsweredRequest } from '../answered-request.ts'
import type { CatalogSync } from '../catalog-sync.ts'
import type { Log } from '../log.ts'
import type { PackageRepositoryJob } from '../package-repositories.ts'
import type { MetricsReaders, RateLimits } from '../settings.ts'
import type { SourceRepositoryJob } from '../source-repositories.ts'
import type { BlobsPlace, LicensedLinks } from './blobs.ts'
import type { MailSettings } from './mail.ts'

/** What the command line hands to the server on Node: parsed already. */
export interface NodeServerSettings {
  /** Address to listen on. */
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  /** Folder of the database; made where it does not exist. */
  readonly dataDir: string
  /** Where documents and archives lie; by default in the data folder. */
  readonly blobs?: BlobsPlace
  /** Where archives that are sold are fetched; by default from the bucket where they lie in one. */
  readonly licensedLinks?: LicensedLinks
  /** Address under which clients reach the server; by default its host and port. */
  readonly publicUrl?: string
  /** The operator's own secret: a token that is valid without standing in the database. */
  readonly operatorToken?: string
  /** What GitHub signs its deliveries with; without it they are not taken. */
  readonly githubWebhookSecret?: string
  /** Makes what reads the server's own catalogs again; without it the server has none. */
  readonly catalogSync?: (registry: Registry, reader: CatalogReader) => CatalogSync
  /** Origins whose pages may read the API from a browser; by default those of the marketplace's own pages. */
  readonly allowedOrigins?: readonly string[]
  /** Where people report a worker: an https or mailto address; by default nowhere. */
  readonly reportTo?: string
  /** How often one client may ask; by default nobody counts. */
  readonly rateLimits?: RateLimits | null
  /** Whether a proxy stands in front, which tells the addresses of clients in X-Forwarded-For. */
  readonly trustProxy?: boolean
  /** How long running requests may take once the server was told to stop, in milliseconds; by default 30 seconds. */
  readonly graceMs?: number
  readonly log: Log
  readonly clock: Clock
  readonly randomBytes: RandomBytes
  /**
   * What has to be done before the first request is answered, such as a first sync. The port is taken already, and
   * requests wait for it.
   */
  readonly beforeAnswering?: (registry: Registry) => Promise<void>
  /** What has to end before the server does, such as a sync that is under way. Requests that wait for it are answered. */
  readonly beforeClosing?: () => Promise<void>
  /** Told of each request once its answer has ended. */
  readonly onAnswered?: (answered: AnsweredRequest) => void
  /** Who may read `/metrics`; by default nobody. */
  readonly metrics?: MetricsReaders
  /** Offers the programs that the process can build by itself; run when they are first asked for. */
  readonly offerPrograms?: (registry: Registry, reader: CatalogReader) => Promise<void>
  /**
   * Makes what turns releases into repositories of package managers; without it there are none.
   *
   * @param url under which clients reach the server, without a slash at the end.
   */
  readonly packageRepositories?: (reader: CatalogReader, url: string) => PackageRepositoryJob
  /** What hands out sources that are public nowhere; only for a server that nobody beyond this machine can reach. */
  readonly sourceRepositories?: SourceRepositoryJob
  /** Whose identity tokens of workflow runs are believed; by default those of GitHub. */
  readonly oidcIssuers?: readonly string[]
  /** Fetches the keys of those issuers; by default without a proxy. */
  readonly fetchIssuerKeys?: typeof fetch
  /** How mails leave the server; by default as files in its data folder. */
  readonly mail?: MailSettings
  /** How long seats of licences last without the registry. */
  readonly leaseTimes?: RegistryPorts['leaseTimes']
  /** How long changes of owner wait. */
  readonly transferRules?: RegistryPorts['transferRules']
  /** Told of every statement before the database runs it. */
  readonly onQuery?: (sql: string) => void
}

/** Where documents and archives lie. */
export function blobsPlace({ blobs, dataDir }: Pick<NodeServerSettings, 'blobs' | 'dataDir'>): BlobsPlace {
  return blobs ?? { kind: 'folder', folder: dataDir }
}

/** Folder of the server's own keys, which only its owner may read. */
export function keyFolder(dataDir: string): string {
  return join(dataDir, 'keys')
}

/** The SQLite file of a data folder. Several processes may have it open. */
export function databaseFile(dataDir: string): string {
  return join(dataDir, 'catalog.sqlite')
}
