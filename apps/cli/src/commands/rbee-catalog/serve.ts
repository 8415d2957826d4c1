import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { SyncWish } from '@rbee/catalog'
import { startServer } from '@rbee/catalog/node'
import { type CatalogSyncs, catalogSyncs } from '../../catalog/catalog-syncs.ts'
import { serverLog } from '../../catalog/server-log.ts'
import { serverOptionsSchema, serverSettings } from '../../catalog/server-settings.ts'
import { command } from '../../program/command.ts'

/**
 * Requests wait this long for the first sync, so that whoever waits for the server finds the workers; a large catalog
 * goes on in the background.
 */
const FIRST_SYNC_PATIENCE_MS = 20_000
const EVERYTHING: SyncWish = { catalogs: null, force: false }

export default command({
  options: serverOptionsSchema,

  async run(context, _args, options) {
    const { catalogs, syncIntervalMs, ...settings } = serverSettings(options, context)
    const log = serverLog(context.terminal)
    const running: { syncs?: CatalogSyncs } = {}
    const server = await startServer({
      ...settings,
      operatorToken: context.env.RBEE_OPERATOR_TOKEN || undefined,
      githubWebhookSecret: context.env.RBEE_GITHUB_WEBHOOK_SECRET || undefined,
      log,
      clock: context.clock,
      randomBytes: (length) => randomBytes(length),
      catalogSync(registry, reader) {
        running.syncs = catalogSyncs(context, log, { registry, reader }, catalogs, syncIntervalMs)
        return running.syncs
      },
      async beforeAnswering() {
        // What fails is told by the syncs themselves, and the server is there for what it held before.
        const first = running.syncs?.request(EVERYTHING).catch(() => {})
        await Promise.race([first, patience(FIRST_SYNC_PATIENCE_MS), aborted(context.signal)])
      },
    })
    try {
      context.terminal.info(`the catalog is up: ${server.url} (stop it with Ctrl-C)`)
      await aborted(context.signal)
    } finally {
      context.terminal.info('stopping')
      // Requests that wait for a sync are answered first, and the last rows are written before the database closes.
      await running.syncs?.stop()
      await server.close()
    }
    return { url: server.url }
  },

  view: () => '',
})

function patience(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref()
  })
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort')
}
