import { once } from 'node:events'
import type { WorkerId } from '@rbee/schema'
import { z } from 'zod'
import { type HiveHome, hiveHome } from '../../hive/home.ts'
import { type InstalledWorker, parseWorkerId, requireInstalled } from '../../hive/installed.ts'
import { type Instance, listInstances } from '../../hive/instances.ts'
import { seatKeeper } from '../../hive/licenses/seat-keeper.ts'
import { findModel } from '../../hive/model-file.ts'
import { findOtherBuilds } from '../../hive/other-build.ts'
import { howItEnded } from '../../hive/readiness.ts'
import { revocationGuard } from '../../hive/revocations/guard.ts'
import { RESTART_TIMES } from '../../hive/supervise/back-off.ts'
import { superviseDetached } from '../../hive/supervise/detach.ts'
import { type Supervised, superviseWorker } from '../../hive/supervise/supervise.ts'
import { CHECK_EVERY_MS } from '../../hive/supervise/watch-revocations.ts'
import { type CommandContext, command } from '../../program/command.ts'
import { EXIT } from '../../program/exit-codes.ts'
import { choiceOption, numberOption, PORT, READY_TIMEOUT } from '../../program/option-values.ts'

const GRACE_MS = 30_000

const optionsSchema = z
  .object({
    home: z.string(),
    model: z.string().min(1, 'names no file').optional(),
    port: numberOption(PORT).optional(),
    name: z.string().optional(),
    detach: z.boolean().default(false),
    supervise: z.boolean().default(false),
    readyTimeout: numberOption(READY_TIMEOUT).default(600),
    onQuarantine: choiceOption(['warn', 'stop']),
  })
  .refine(({ detach, supervise }) => !(detach && supervise), {
    path: ['detach'],
    message: 'is --supervise in the background; give one of the two',
  })

/** What is to be run, with everything that was typed looked up. */
interface Order {
  readonly home: HiveHome
  readonly worker: InstalledWorker
  readonly name: WorkerId
  readonly model: string | null
  readonly extra: readonly string[]
  readonly options: z.infer<typeof optionsSchema>
}

interface RunResult {
  readonly running: Instance
  readonly exit_code: number | null
  readonly ended_by: string | null
  readonly interrupted: boolean
}

export default command({
  options: optionsSchema,

  async run(context, [id, ...extra], options): Promise<RunResult> {
    const home = hiveHome(options.home, context.cwd)
    const worker = await requireInstalled(home, id)
    const name = options.name === undefined ? worker.id : parseWorkerId(options.name)
    const model = options.model === undefined ? null : await findModel(context.cwd, options.model)
    // What is started runs the active build; what runs already may not.
    const running = (await listInstances(home)).sound.map(({ instance }) => instance)
    for (const { message, next } of findOtherBuilds([worker], running))
      context.terminal.warn(`${message}; ${next}`)
    context.terminal.step(`starting ${worker.id} ${worker.active.version} (${worker.active.variant})`)
    const order = { home, worker, name, model, extra, options }
    if (!options.detach) return staysUntilItEnds(await superviseHere(order, context), order, context)
    const detached = await superviseDetached({
      program: context.program,
      home,
      id: worker.id,
      name,
      args: argumentsFor(order),
      env: context.env,
      signal: context.signal,
    })
    return { running: detached, exit_code: null, ended_by: null, interrupted: false }
  },

  view({ running }) {
    if (running.log === null || running.state !== 'running') return ''
    const where = running.url ? ` at ${running.url}` : ''
    return [
      `${running.name} ${running.version} (${running.variant}) is running${where}, process ${running.pid}`,
      `its log: ${running.log}`,
      `stop it with: rbee-hive stop ${running.name}`,
    ].join('\n')
  },

  exitCode({ exit_code, ended_by, interrupted }) {
    if (interrupted) return EXIT.interrupted
    return (exit_code ?? 0) !== 0 || ended_by !== null ? EXIT.failed : EXIT.done
  },
})

/** The same command for the process that goes on when this one has returned. */
function argumentsFor({ home, worker, name, model, extra, options }: Order): string[] {
  return [
    ...['run', worker.id, '--supervise', '--json', '--quiet', '--home', home.root, '--name', name],
    ...['--ready-timeout', String(options.readyTimeout), '--on-quarantine', options.onQuarantine],
    ...(options.port === undefined ? [] : ['--port', String(options.port)]),
    ...(model === null ? [] : ['--model', model]),
    ...(extra.length === 0 ? [] : ['--', ...extra]),
  ]
}

function superviseHere(
  { home, worker, name, model, extra, options }: Order,
  context: CommandContext,
): Promise<Supervised> {
  return superviseWorker({
    home,
    id: worker.id,
    name,
    port: options.port ?? null,
    model,
    extra,
    env: context.env,
    toLog: options.supervise,
    restart: options.supervise ? RESTART_TIMES : null,
    readyTimeoutMs: options.readyTimeout * 1000,
    guard: revocationGuard(home, { ...context, warn: (line) => context.terminal.warn(line) }),
    seat: (tell) => seatKeeper(home, worker.id, { ...context, tell }),
    quarantine: { action: options.onQuarantine, checkEveryMs: CHECK_EVERY_MS },
    clock: context.clock,
    signal: context.signal,
    tell: (line) => context.terminal.info(line),
  })
}

/** Waits until the worker is not to run any more, or ends it when this program is told to end. */
async function staysUntilItEnds(
  supervised: Supervised,
  { options: { supervise } }: Order,
  { terminal, signal }: CommandContext,
): Promise<RunResult> {
  const { url } = supervised.instance()
  terminal.info(url === null ? 'it is running' : `it answers at ${url}`)
  terminal.info('stop it with Ctrl-C')
  if (!signal.aborted) await Promise.race([supervised.finished, once(signal, 'abort')])
  const told = signal.aborted
  if (told) {
    terminal.step('stopping it; once more ends it by force')
    await supervised.stop(GRACE_MS)
  }
  const running = supervised.instance()
  const finish = await supervised.finished
  // To be ended by a service manager is how a supervised worker's run is meant to end.
  const interrupted = told && !(supervise && signal.reason === 'SIGTERM')
  if (finish.reason === 'stopped') return { running, exit_code: finish.code, ended_by: null, interrupted }
  const { end } = finish
  if (end.code !== 0) terminal.warn(`${running.name} ended by itself: ${howItEnded(end)}`)
  return { running, exit_code: end.code, ended_by: end.signal, interrupted }
}
