import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import type { SyncWish } from '@rbee/catalog'
import { startServer } from '@rbee/catalog/node'
import { type CatalogSyncs, catalogSyncs } from '../../catalog/catalog-syncs.ts'
import { catalogPlaces } from '../../catalog/compile-catalogs.ts'
import { type ServerLog, serverLog } from '../../catalog/server-log.ts'
import { type ServerSettings, serverOptionsSchema, serverSettings } from '../../catalog/server-settings.ts'
import { type CommandContext, command } from '../../program/command.ts'
import { offerOwnPrograms } from '../../programs/offer-own-programs.ts'
import { clearScratchFolders } from '../../publish/scratch-folder.ts'
import { proxyFetch } from '../../registry/connect.ts'
import { serveRepositories } from '../../repositories/served-repositories.ts'
import { serveSources } from '../../repositories/served-sources.ts'

/**
 * Requests wait this long for the first sync, so that whoever waits for the server finds the workers; a large catalog
 * goes on in the background.
 */
const FIRST_SYNC_PATIENCE_MS = 20_000
const EVERYTHING: SyncWish = { catalogs: null, force: false }

export default command({
  options: serverOptionsSchema,

  async run(context, _args, options) {
    const { logging, ...settings } = serverSettings(options, context)
    const log = serverLog(context, logging)
    try {
      // Whatever speaks in this process speaks through the log.
      return await serve({ ...context, terminal: log.terminal }, log, settings)
    } finally {
      await log.close()
    }
  },

  view: () => '',
})

async function serve(
  context: CommandContext,
  log: ServerLog,
  {
    catalogs,
    syncIntervalMs,
    repositoriesWanted,
    servesSources,
    ...settings
  }: Omit<ServerSettings, 'logging'>,
): Promise<{ url: string }> {
  const running: { syncs?: CatalogSyncs } = {}
  const workplace = join(settings.dataDir, 'scratch')
  const server = await startServer({
    ...settings,
    operatorToken: context.env.RBEE_OPERATOR_TOKEN || undefined,
    githubWebhookSecret: context.env.RBEE_GITHUB_WEBHOOK_SECRET || undefined,
    fetchIssuerKeys: (await proxyFetch(context.env)) ?? undefined,
    log,
    onAnswered: log.onAnswered,
    clock: context.clock,
    randomBytes: (length) => randomBytes(length),
    catalogSync(registry, reader) {
      const cacheFolder = join(settings.dataDir, 'repositories')
      running.syncs = catalogSyncs(
        context,
        log,
        { registry, reader },
        { catalogs, syncIntervalMs, cacheFolder },
      )
      return running.syncs
    },
    async beforeAnswering() {
      await clearScratchFolders(workplace, 'programs')
      // What fails is told by the syncs themselves, and the server is there for what it held before.
      const first = running.syncs?.request(EVERYTHING).catch(() => {})
      await Promise.race([first, patience(FIRST_SYNC_PATIENCE_MS), aborted(context.signal)])
    },
    offerPrograms: (registry, reader) => offerOwnPrograms(context, registry, reader, workplace),
    packageRepositories:
      repositoriesWanted === 'off'
        ? undefined
        : (reader, url) =>
            serveRepositories(
              { reader, url, clock: context.clock, log },
              { wanted: repositoriesWanted, folder: join(settings.dataDir, 'package-repositories') },
            ),
    sourceRepositories: servesSources
      ? serveSources(
          { cwd: context.cwd, searchPath: context.env.PATH, signal: context.signal, log },
          {
            catalogs: catalogPlaces(catalogs).map(({ location }) => location),
            dataDir: settings.dataDir,
          },
        )
      : undefined,
    // The last rows of a sync are written before the database closes.
    beforeClosing: async () => running.syncs?.stop(),
  })
  try {
    if (catalogPlaces(catalogs).length === 0) {
      context.terminal.info('no catalog is read: what is published here is served (name one with --catalog)')
    }
    if (server.trustedRoot !== null) {
      const { version, sha256 } = server.trustedRoot
      context.terminal.info(`clients trust: root ${version}, sha256:${sha256}`)
    }
    context.terminal.info(`the key of the transparency log: ${server.logKey}`)
    context.terminal.info(`the catalog is up: ${server.url} (stop it with Ctrl-C)`)
    await aborted(context.signal)
  } finally {
    context.terminal.info('stopping: running requests are finished (a second Ctrl-C ends at once)')
    await server.close()
  }
  return { url: server.url }
}

function patience(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref()
  })
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort')
}
