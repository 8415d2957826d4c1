import type { CatalogSync, Log } from '@rbee/catalog'
import type { CatalogReader, Registry } from '@rbee/registry'
import type { CommandContext } from '../program/command.ts'
import { catalogRoster } from './catalog-roster.ts'
import { servedCatalogs } from './served-catalogs.ts'
import { scheduleSyncs } from './sync-scheduler.ts'
import { registryTarget } from './targets.ts'

/** A server may be started before the network or a disk of its catalogs is there. */
const FIRST_RETRY_MS = 30_000
const LONGEST_RETRY_MS = 60 * 60_000

/** What reads a server's own catalogs, for as long as the server runs. */
export interface CatalogSyncs extends CatalogSync {
  /** Ends once nothing is written any more; the context's signal has to be aborted before. */
  stop(): Promise<void>
}

export interface CatalogSyncSettings {
  /** As `compileCatalog` reads them, in their order of precedence. */
  readonly catalogs: readonly string[]
  /** Null where they are read only when somebody asks. */
  readonly syncIntervalMs: number | null
  /** Where repositories of other machines are kept between two readings. */
  readonly cacheFolder: string
}

/** Syncs catalogs into the registry of this process, whenever somebody asks and an interval after each reading. */
export function catalogSyncs(
  context: CommandContext,
  log: Log,
  { registry, reader }: { readonly registry: Registry; readonly reader: CatalogReader },
  { catalogs, syncIntervalMs, cacheFolder }: CatalogSyncSettings,
): CatalogSyncs {
  const roster = catalogRoster(catalogs, context.cwd)
  const read = servedCatalogs(context, registry, registryTarget(registry, reader), roster, cacheFolder)
  const pauses = { interval: syncIntervalMs, firstRetry: FIRST_RETRY_MS, longestRetry: LONGEST_RETRY_MS }
  const scheduler = scheduleSyncs(read, pauses, (error) => {
    log.error({ error }, 'reading the catalogs failed')
  })
  // Before the running reading ends for the same reason, so that whoever waits hears that the server stops.
  context.signal.addEventListener('abort', () => void scheduler.stop(), { once: true })
  return {
    async request(wish) {
      roster.check(wish)
      return scheduler.request(wish)
    },
    concernedBy: roster.concernedBy,
    stop: scheduler.stop,
  }
}
