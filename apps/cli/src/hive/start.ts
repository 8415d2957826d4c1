import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { RbeeError } from '@rbee/schema'
import { makeFolder, translateDiskError } from './disk-errors.ts'
import type { HiveHome } from './home.ts'
import type { InstalledWorker } from './installed.ts'
import { signalGroup } from './process-group.ts'
import { processIdentity } from './process-identity.ts'
import {
  describeEnd,
  type Patience,
  type ProcessEnd,
  type StartedWorker,
  waitUntilReady,
} from './readiness.ts'
import { endGroup, findRunning, forgetRunning, type RunningWorker, recordRunning } from './running.ts'
import { programPath } from './self-test.ts'
import { workerEnvironment } from './worker-environment.ts'
import { withWorkerLock } from './worker-lock.ts'

export interface StartOptions extends Patience {
  readonly home: HiveHome
  readonly worker: InstalledWorker
  /** 0 and null mean any free port. */
  readonly port: number | null
  /** Absolute path of the model, or null. */
  readonly model: string | null
  /** Arguments that are passed on to the worker. */
  readonly extra: readonly string[]
  /** Its output goes to a log file, and it outlives this process. */
  readonly detach: boolean
  readonly env: Readonly<Record<string, string | undefined>>
}

type RunCommand = NonNullable<InstalledWorker['active']['run']>

const STDERR = 2
/** How long a worker that did not become ready may take to end. */
const FAILED_START_GRACE_MS = 5_000

/**
 * Starts an installed worker and waits until its health address answers. One that does not get there, or whose start is
 * interrupted, is ended with everything it started. Without `detach` it ends with this process at the latest.
 *
 * Fails with `still_running`, `port_in_use`, `start_failed` or `usage`.
 */
export async function startWorker(options: StartOptions): Promise<StartedWorker> {
  const { home, worker, clock } = options
  const { started, child } = await withWorkerLock(home, worker.id, () => launch(options))
  const { running } = started
  const endWithThisProcess = () => signalGroup(running.pid, 'SIGKILL')
  process.on('exit', endWithThisProcess)
  try {
    await waitUntilReady(started, options)
  } catch (error) {
    await endGroup(running, FAILED_START_GRACE_MS, clock)
    await forgetRunning(home, running)
    process.off('exit', endWithThisProcess)
    throw error
  }
  if (options.detach) {
    process.off('exit', endWithThisProcess)
    child.unref()
  }
  return started
}

/** Starts the process and writes down that it runs. */
async function launch(options: StartOptions): Promise<{ started: StartedWorker; child: ChildProcess }> {
  const { worker, home } = options
  const already = await findRunning(home, worker.id)
  if (already) {
    const where = already.url === null ? '' : `, ${already.url}`
    throw new RbeeError('still_running', `${worker.id} is running already: process ${already.pid}${where}`, {
      next: `stop it with: rbee-hive stop ${worker.id}`,
    })
  }
  const command = requireRunCommand(options)
  const port = command.port_flag ? await choosePort(options.port ?? 0) : null
  const log = options.detach ? home.logFile(worker.id) : null
  // A worker's own words are no data of this program: without a log they go to stderr.
  const output = log === null ? STDERR : await openLog(log)
  const child = spawnWorker(options, command, port, output)
  const ended = endOf(child)
  const pid = child.pid
  const identity = pid === undefined ? null : await processIdentity(pid)
  if (pid === undefined || identity === null)
    throw describeEnd({ id: worker.id, version: worker.active.version }, await ended, log)

  const url = port === null ? null : `http://127.0.0.1:${port}`
  const running: RunningWorker = {
    id: worker.id,
    version: worker.active.version,
    variant: worker.active.variant,
    build: worker.active.build,
    pid,
    identity,
    port,
    url,
    health_url: url === null ? null : url + command.health_path,
    model: options.model,
    log,
    started_at: new Date(options.clock()).toISOString(),
  }
  try {
    await recordRunning(home, running)
  } catch (error) {
    signalGroup(pid, 'SIGKILL')
    throw error
  }
  return { started: { running, ended }, child }
}

function requireRunCommand({ worker: { id, active }, port }: StartOptions): RunCommand {
  if (active.run === null) {
    throw new RbeeError('start_failed', `${id} ${active.version} states no [run] command`, {
      next: 'ask its author to add one to worker.toml',
    })
  }
  if (port !== null && active.run.port_flag === undefined) {
    throw new RbeeError('usage', `--port: ${id} ${active.version} cannot be told a port`, {
      next: 'leave --port out; what the worker listens on is up to its author',
    })
  }
  return active.run
}

/** @param output the file descriptor that takes what the worker prints; it is closed here. */
function spawnWorker(
  { home, worker, model, extra, env }: StartOptions,
  run: RunCommand,
  port: number | null,
  output: number,
): ChildProcess {
  const folder = join(home.worker(worker.id).builds, worker.active.build)
  const [program = '', ...fixed] = run.command
  const args = [...fixed]
  if (run.port_flag && port !== null) args.push(run.port_flag, String(port))
  if (model !== null) args.push(run.model_flag ?? '--model', model)
  args.push(...extra)
  try {
    return spawn(programPath(folder, program), args, {
      cwd: folder,
      env: workerEnvironment(env),
      stdio: ['ignore', output, output],
      // Its own process group: Ctrl-C reaches this program, which then ends the worker in order.
      detached: true,
    })
  } finally {
    if (output !== STDERR) closeSync(output)
  }
}

async function openLog(path: string): Promise<number> {
  await makeFolder(dirname(path))
  try {
    return openSync(path, 'w', 0o600)
  } catch (error) {
    throw translateDiskError(error, path)
  }
}

function endOf(child: ChildProcess): Promise<ProcessEnd> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal, problem: null }))
    child.once('error', (error) => resolve({ code: null, signal: null, problem: error.message }))
  })
}

/** Fails with `port_in_use`. @returns `wanted`, or a free port for 0. */
function choosePort(wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') return reject(error)
      const why = error.code === 'EACCES' ? 'may not be used by this user' : 'is in use'
      reject(
        new RbeeError('port_in_use', `port ${wanted} ${why}`, {
          next: 'choose another with --port, or leave it out for any free port',
          cause: error,
        }),
      )
    })
    probe.listen(wanted, '127.0.0.1', () => {
      const address = probe.address()
      const port = typeof address === 'object' && address !== null ? address.port : wanted
      probe.close(() => resolve(port))
    })
  })
}
