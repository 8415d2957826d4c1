import type { CatalogReader, Registry } from '@rbee/registry'
import type { Context } from 'hono'
import type { Log } from './log.ts'
import type { AppSettings, RateLimitClass } from './settings.ts'

/** Everything a route may use; what differs between runtimes is in here. */
export interface Services {
  readonly registry: Registry
  readonly reader: CatalogReader
  readonly settings: AppSettings
  /** Counts a request, and fails with `rate_limited`; null where nobody counts. */
  readonly countRequest: ((limitClass: RateLimitClass, context: Context) => void) | null
  readonly log: Log
  /** A name for each request, for the log and the answer. */
  readonly nextRequestId: () => string
}
