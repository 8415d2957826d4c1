import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { startServer } from '@rbee/catalog/node'
import type { Registry } from '@rbee/registry'
import { repeat } from '../../catalog/repeat.ts'
import { catalogUpdates } from '../../catalog/serve-catalogs.ts'
import { serverLog } from '../../catalog/server-log.ts'
import { serverOptionsSchema, serverSettings } from '../../catalog/server-settings.ts'
import { command } from '../../program/command.ts'

/**
 * Requests wait this long for the first sync, so that whoever waits for the server finds the workers; a large catalog
 * goes on in the background.
 */
const FIRST_SYNC_PATIENCE_MS = 20_000

export default command({
  options: serverOptionsSchema,

  async run(context, _args, options) {
    const { catalogs, syncIntervalMs, ...settings } = serverSettings(options, context.cwd)
    const log = serverLog(context.terminal)
    let syncing: Promise<void> = Promise.resolve()
    let update = () => syncing
    const server = await startServer({
      ...settings,
      operatorToken: context.env.RBEE_OPERATOR_TOKEN || undefined,
      log,
      clock: context.clock,
      randomBytes: (length) => randomBytes(length),
      async beforeAnswering(registry: Registry) {
        update = catalogUpdates(context, registry, catalogs)
        syncing = update()
        await Promise.race([syncing, patience(FIRST_SYNC_PATIENCE_MS), aborted(context.signal)])
      },
    })
    try {
      context.terminal.info(`the catalog is up: ${server.url} (stop it with Ctrl-C)`)
      await syncing
      if (syncIntervalMs !== null) {
        await repeat(update, syncIntervalMs, context.signal, (error) =>
          log.error({ error }, 'reading the catalogs again failed'),
        )
      }
      await aborted(context.signal)
    } finally {
      context.terminal.info('stopping')
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
