import type { CatalogReader, Registry } from '@rbee/registry'
import type { Context } from 'hono'
import type { CatalogSync } from './catalog-sync.ts'
import type { Log } from './log.ts'
import type { AppSettings, RateLimitClass } from './settings.ts'

/** Everything a route may use; what differs between runtimes is in here. */
export interface Services {
  readonly registry: Registry
  readonly reader: CatalogReader
  readonly settings: AppSettings
  /** Reads the server's own catalogs again; null where there is no Git. */
  readonly catalogSync: CatalogSync | null
  /** Counts a request, and fails with `rate_limited`; null where nobody counts. */
  readonly countRequest: ((limitClass: RateLimitClass, context: Context) => void) | null
  readonly log: Log
  /** A name for each request, for the log and the answer. */
  readonly nextRequestId: () => string
}
