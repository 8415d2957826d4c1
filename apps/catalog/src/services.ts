import type { RegistryClient } from '@rbee/api-client'
import type { ArchiveLinks, CatalogReader, Registry, Search } from '@rbee/registry'
import type { Sha256 } from '@rbee/schema'
import type { MetadataRepository } from '@rbee/trust'
import type { Context } from 'hono'
import type { CatalogSync } from './catalog-sync.ts'
import type { Compress } from './http/coded-answers.ts'
import type { Exchange } from './http/exchange.ts'
import type { KeptAnswers } from './http/kept-answers.ts'
import type { Log } from './log.ts'
import type { MetricsPage } from './metrics-page.ts'
import type { PackageRepositories } from './package-repositories.ts'
import type { AppSettings, RateLimitClass } from './settings.ts'
import type { SourceRepositories } from './source-repositories.ts'

/** Everything a route may use. */
export interface Services extends RuntimeServices {
  /** The server's own API, for pages; `registry` is its address as the client sees it, without a slash at the end. */
  readonly ownApi: (registry: string) => RegistryClient
}

/** What differs between runtimes. */
export interface RuntimeServices {
  readonly registry: Registry
  readonly reader: CatalogReader
  readonly search: Search
  readonly settings: AppSettings
  /** Sees to it that the server offers the programs it can offer by itself. Never fails. */
  readonly ensurePrograms: () => Promise<void>
  /** Reads the server's own catalogs again; null where there is no Git. */
  readonly catalogSync: CatalogSync | null
  /** The request that a context belongs to, as the runtime knows it. */
  readonly exchangeOf: (context: Context) => Exchange
  /** Counts a request of a client, and fails with `rate_limited`; null where nobody counts. */
  readonly countRequest: ((limitClass: RateLimitClass, client: string) => void) | null
  /** Null where the documents may change without this process knowing of it. */
  readonly keptAnswers: KeptAnswers | null
  /** Null where answers are compressed on their way, or not at all. */
  readonly compress: Compress | null
  /** Counts a download, beside the answer; null where nobody counts. */
  readonly countDownload: ((sha256: Sha256, client: string) => void) | null
  /** Where archives that are sold are fetched from the store itself; null where they pass through this server. */
  readonly archiveLinks: ArchiveLinks | null
  /** Null where none are made: packages take a file system. */
  readonly packageRepositories: PackageRepositories | null
  /** Null where sources are not handed out: the server is for others than its own machine, or has no catalogs there. */
  readonly sourceRepositories: SourceRepositories | null
  readonly metadata: {
    readonly repository: Pick<MetadataRepository, 'adopt' | 'status'>
    /** Whether roots are published over HTTP; else they come from the server's own folder of keys. */
    readonly takesRoots: boolean
  }
  readonly metrics: MetricsPage
  /** Whether the server finishes what it was asked, and should be asked no more. */
  readonly isStopping: () => boolean
  readonly log: Log
}
