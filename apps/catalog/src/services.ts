import type { CatalogReader, Registry } from '@rbee/registry'
import type { Log } from './log.ts'
import type { AppSettings } from './settings.ts'

/** Everything a route may use; what differs between runtimes is in here. */
export interface Services {
  readonly registry: Registry
  readonly reader: CatalogReader
  readonly settings: AppSettings
  readonly log: Log
  /** A name for each request, for the log and the answer. */
  readonly nextRequestId: () => string
}
