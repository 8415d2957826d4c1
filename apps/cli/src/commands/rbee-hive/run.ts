import { once } from 'node:events'
import { access } from 'node:fs/promises'
import { resolve } from 'node:path'
import { RbeeError } from '@rbee/schema'
import { z } from 'zod'
import { type HiveHome, hiveHome } from '../../hive/home.ts'
import { requireInstalled } from '../../hive/installed.ts'
import { howItEnded, type StartedWorker } from '../../hive/readiness.ts'
import { endGroup, forgetRunning } from '../../hive/running.ts'
import { startWorker } from '../../hive/start.ts'
import { type CommandContext, command } from '../../program/command.ts'
import { EXIT } from '../../program/exit-codes.ts'

const GRACE_MS = 30_000

export default command({
  options: z.object({
    home: z.string(),
    model: z.string().min(1, 'names no file').optional(),
    port: z.coerce.number().int().min(0).max(65_535).optional(),
    detach: z.boolean().default(false),
    readyTimeout: z.coerce.number().positive().max(86_400).default(600),
  }),

  async run(context, [name, ...extra], options) {
    const home = hiveHome(options.home, context.cwd)
    const worker = await requireInstalled(home, name)
    const model = options.model === undefined ? null : await findModel(context.cwd, options.model)
    context.terminal.step(`starting ${worker.id} ${worker.active.version} (${worker.active.variant})`)
    const started = await startWorker({
      home,
      worker,
      port: options.port ?? null,
      model,
      extra,
      detach: options.detach,
      env: context.env,
      signal: context.signal,
      clock: context.clock,
      readyTimeoutMs: options.readyTimeout * 1000,
    })
    const { running } = started
    if (options.detach) return { running, exit_code: null, ended_by: null, interrupted: false }
    return { running, ...(await staysUntilItEnds(home, started, context)) }
  },

  view({ running }) {
    if (running.log === null) return ''
    const where = running.url ? ` at ${running.url}` : ''
    return [
      `${running.id} ${running.version} (${running.variant}) is running${where}, process ${running.pid}`,
      `its log: ${running.log}`,
      `stop it with: rbee-hive stop ${running.id}`,
    ].join('\n')
  },

  exitCode({ running, exit_code, interrupted }) {
    if (interrupted) return EXIT.interrupted
    return running.log === null && exit_code !== 0 ? EXIT.failed : EXIT.done
  },
})

/** Waits for the end of the worker, or ends it when this program is told to end. */
async function staysUntilItEnds(
  home: HiveHome,
  { running, ended }: StartedWorker,
  { terminal, signal, clock }: CommandContext,
) {
  terminal.info(running.url === null ? 'it is running' : `it answers at ${running.url}`)
  terminal.info('stop it with Ctrl-C')
  if (!signal.aborted) await Promise.race([ended, once(signal, 'abort')])
  const interrupted = signal.aborted
  if (interrupted) terminal.step('stopping it; once more ends it by force')
  await endGroup(running, GRACE_MS, clock)
  const end = await ended
  await forgetRunning(home, running)
  if (!interrupted && end.code !== 0) terminal.warn(`${running.id} ended by itself: ${howItEnded(end)}`)
  return { exit_code: end.code, ended_by: end.signal, interrupted }
}

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
