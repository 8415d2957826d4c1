import { once } from 'node:events'
import { access } from 'node:fs/promises'
import { resolve } from 'node:path'
import { RbeeError } from '@rbee/schema'
import { z } from 'zod'
import { hiveHome } from '../../hive/home.ts'
import { parseWorkerId, requireInstalled } from '../../hive/installed.ts'
import { forgetRunning, stopProcess } from '../../hive/running.ts'
import { startWorker } from '../../hive/start.ts'
import { command } from '../../program/command.ts'
import { EXIT } from '../../program/exit-codes.ts'

const GRACE_MS = 30_000

export default command({
  options: z.object({
    home: z.string(),
    model: z.string().optional(),
    port: z.coerce.number().int().min(0).max(65_535).default(0),
    detach: z.boolean().default(false),
    readyTimeout: z.coerce.number().positive().max(86_400).default(600),
  }),

  async run(context, [id, ...extra], options) {
    const home = hiveHome(options.home, context.cwd)
    const worker = await requireInstalled(home, parseWorkerId(id))
    const model = options.model === undefined ? null : await findModel(context.cwd, options.model)
    context.terminal.step(`starting ${worker.id} ${worker.active.version} (${worker.active.variant})`)
    const { running, child } = await startWorker({
      home,
      worker,
      port: options.port,
      model,
      extra,
      detach: options.detach,
      env: context.env,
      signal: context.signal,
      clock: context.clock,
      readyTimeoutMs: options.readyTimeout * 1000,
    })
    if (options.detach) return { running, exit_code: null }

    context.terminal.info(running.url === null ? 'it is running' : `it answers at ${running.url}`)
    context.terminal.info('stop it with Ctrl-C')
    const ended = once(child, 'exit')
    const interrupted = once(context.signal, 'abort').then(() =>
      stopProcess(running, GRACE_MS, context.clock),
    )
    await Promise.race([ended, interrupted])
    await ended
    await forgetRunning(home, worker.id)
    return { running, exit_code: child.exitCode }
  },

  view({ running, exit_code }) {
    if (exit_code !== null || running.log === null) return ''
    return [
      `${running.id} ${running.version} (${running.variant}) is running${running.url ? ` at ${running.url}` : ''}, process ${running.pid}`,
      `its log: ${running.log}`,
      `stop it with: rbee-hive stop ${running.id}`,
    ].join('\n')
  },

  exitCode: ({ running, exit_code }) => (running.log === null && exit_code !== 0 ? EXIT.failed : EXIT.done),
})

async function findModel(cwd: string, model: string): Promise<string> {
  const path = resolve(cwd, model)
  try {
    await access(path)
    return path
  } catch (error) {
    throw new RbeeError('file_not_found', `there is no model at ${path}`, {
      next: 'check --model',
      cause: error,
    })
  }
}
