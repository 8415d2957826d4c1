import { access, constants } from 'node:fs/promises'
import { LicenseError, ModelError } from '../errors.ts'
import { describeWorker } from '../http/routes.ts'
import { WorkerServer } from '../http/server.ts'
import { isRefused, type OpenedGuard } from '../license/guard.ts'
import type { LoadedModel, Log, Worker } from '../worker.ts'
import { helpText, readInvocation, type ServeSettings, UsageError } from './arguments.ts'
import { EXIT, type ExitCode, type ProgramHost } from './host.ts'
import { createLog } from './log.ts'
import { runSelfTest } from './self-test.ts'

const LICENSE_WATCH_MS = 60_000

/**
 * Runs a worker as a program: reads the command line, serves until it is told to stop, and gives the exit code.
 * Lines on stdout while serving: `{"event":"listening","url":…}` and `{"event":"ready","model":…}`.
 */
export async function runWorker(worker: Worker, host: ProgramHost): Promise<ExitCode> {
  const log = createLog(host.stderr, host.clock)
  try {
    return await act(worker, host, log)
  } catch (failure) {
    return tell(failure, host, worker)
  }
}

async function act(worker: Worker, host: ProgramHost, log: Log): Promise<ExitCode> {
  const invocation = readInvocation(worker, host.argv, host.env)
  switch (invocation.action) {
    case 'help':
      host.stdout(helpText(worker))
      return EXIT.done
    case 'version':
      host.stdout(`${worker.version}\n`)
      return EXIT.done
    case 'capabilities':
      printLine(host, describeWorker({ worker, state: { name: 'loading' } }))
      return EXIT.done
    case 'self-test':
      return (await runSelfTest(worker, host, log)) ? EXIT.done : EXIT.failed
    case 'serve':
      return await serve({ ...worker, limits: invocation.settings.limits }, invocation.settings, host, log)
  }
}

async function serve(
  worker: Worker,
  settings: ServeSettings,
  host: ProgramHost,
  log: Log,
): Promise<ExitCode> {
  const { clock, randomId, stop } = host
  const license = await openLicense(worker, host, log)
  if (settings.model !== null) await assertUsable(worker, settings.model)
  const server = new WorkerServer(worker, { log, clock, randomId, license })
  const url = await server.listen(settings.host, settings.port)
  log.info(`${worker.name} ${worker.version} listens on ${url}`)
  printLine(host, { event: 'listening', url, worker: worker.name, version: worker.version })
  // Says in the log what becomes of the licence, also while nobody asks for anything.
  const watch = license && setInterval(() => void license.check(), LICENSE_WATCH_MS)
  let model: LoadedModel | undefined
  try {
    model = await worker.load({ ...settings, signal: stop, log })
    if (!stop.aborted) {
      server.serve(model)
      log.info(`the model ${model.id} is ready`)
      printLine(host, { event: 'ready', url, model: model.id })
    }
    const death = await Promise.race([aborted(stop), ...(model.failed ? [model.failed] : [])])
    if (death instanceof Error) throw new ModelError(`the model ended by itself: ${death.message}`)
    log.info('told to stop: running requests may end')
    return EXIT.done
  } catch (failure) {
    if (stop.aborted) return EXIT.done
    throw failure
  } finally {
    if (watch) clearInterval(watch)
    host.stopNow.addEventListener('abort', () => void server.stop(0), { once: true })
    await server.stop(stop.aborted ? undefined : 0)
    await model?.close?.()
  }
}

/** Fails with a {@link LicenseError} for a worker that is sold and may not serve here. */
async function openLicense(
  worker: Worker,
  { env, clock }: ProgramHost,
  log: Log,
): Promise<OpenedGuard | null> {
  if (worker.license === undefined) return null
  const license = worker.license.open({ worker: worker.name, env, clock, log })
  const state = await license.check()
  if (isRefused(state)) throw new LicenseError(state.message, state.next)
  return license
}

async function assertUsable(worker: Worker, model: string): Promise<void> {
  await access(model, constants.R_OK).catch((cause: NodeJS.ErrnoException) => {
    throw new ModelError(`${model} cannot be read: ${cause.code ?? cause.message}`, { cause })
  })
  if (worker.checkModel !== undefined) await worker.checkModel(model)
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

/** Turns a failure into words and an exit code: the one place where that happens. */
function tell(failure: unknown, host: ProgramHost, worker: Worker): ExitCode {
  if (failure instanceof UsageError) {
    host.stderr(`error: ${failure.message}\nnext: ${worker.name} --help\n`)
    return EXIT.usage
  }
  if (failure instanceof LicenseError) {
    host.stderr(`error: ${failure.message}\nnext: ${failure.next}\n`)
    return EXIT.license
  }
  if (failure instanceof ModelError) {
    host.stderr(`error: ${failure.message}\n`)
    return EXIT.model
  }
  const { code, message } = failure as NodeJS.ErrnoException
  if (code === 'EADDRINUSE' || code === 'EADDRNOTAVAIL' || code === 'EACCES' || code === 'ENOTFOUND') {
    host.stderr(
      `error: the address cannot be used: ${message}\nnext: choose another with --host and --port\n`,
    )
    return EXIT.address
  }
  host.stderr(`error: ${failure instanceof Error ? (failure.stack ?? message) : String(failure)}\n`)
  return EXIT.failed
}

function printLine(host: ProgramHost, value: object): void {
  host.stdout(`${JSON.stringify(value)}\n`)
}
