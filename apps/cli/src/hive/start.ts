import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, openSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { RbeeError } from '@rbee/schema'
import type { HiveHome } from './home.ts'
import type { InstalledWorker } from './installed.ts'
import { processIdentity } from './process-identity.ts'
import { findRunning, type RunningWorker, recordRunning } from './running.ts'
import { programPath } from './self-test.ts'
import { workerEnvironment } from './worker-environment.ts'

export interface StartOptions {
  readonly home: HiveHome
  readonly worker: InstalledWorker
  /** 0 means any free port. */
  readonly port: number
  /** Absolute path of the model, or null. */
  readonly model: string | null
  /** Arguments that are passed on to the worker. */
  readonly extra: readonly string[]
  readonly detach: boolean
  readonly env: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
  readonly clock: () => number
  /** How long it may take until it is healthy: large models take minutes to load. */
  readonly readyTimeoutMs: number
}

export interface StartedWorker {
  readonly running: RunningWorker
  readonly child: ChildProcess
}

const POLL_MS = 100

/** Starts an installed worker and waits until its health address answers. A worker that does not get there is ended. */
export async function startWorker(options: StartOptions): Promise<StartedWorker> {
  const { worker, home } = options
  const already = await findRunning(home, worker.id)
  if (already) {
    throw new RbeeError(
      'still_running',
      `${worker.id} is running already: process ${already.pid}${already.url ? `, ${already.url}` : ''}`,
      {
        next: `stop it with: rbee-hive stop ${worker.id}`,
      },
    )
  }
  const { run } = worker.active
  if (run === null) {
    throw new RbeeError('start_failed', `${worker.id} ${worker.active.version} states no [run] command`, {
      next: 'ask its author to add one to worker.toml',
    })
  }
  const port = run.port_flag ? await choosePort(options.port) : null
  const log = options.detach ? home.logFile(worker.id) : null
  const child = spawnWorker(options, run, port, log)
  const pid = child.pid
  const identity = pid === undefined ? null : await processIdentity(pid)
  if (pid === undefined || identity === null) throw await notStarted(worker, child, log)

  const url = port === null ? null : `http://127.0.0.1:${port}`
  const running: RunningWorker = {
    id: worker.id,
    version: worker.active.version,
    variant: worker.active.variant,
    pid,
    identity,
    port,
    url,
    health_url: url === null ? null : url + run.health_path,
    model: options.model,
    log,
    started_at: new Date(options.clock()).toISOString(),
  }
  await recordRunning(home, running)
  await waitUntilHealthy(running, child, options)
  if (options.detach) child.unref()
  return { running, child }
}

function spawnWorker(
  options: StartOptions,
  run: NonNullable<InstalledWorker['active']['run']>,
  port: number | null,
  log: string | null,
): ChildProcess {
  const folder = join(options.home.worker(options.worker.id).builds, options.worker.active.build)
  const [program = '', ...fixed] = run.command
  const args = [...fixed]
  if (run.port_flag && port !== null) args.push(run.port_flag, String(port))
  if (options.model !== null) args.push(run.model_flag ?? '--model', options.model)
  args.push(...options.extra)
  let output: number | 'inherit' = 'inherit'
  if (log !== null) {
    mkdirSync(dirname(log), { recursive: true })
    output = openSync(log, 'w', 0o600)
  }
  return spawn(programPath(folder, program), args, {
    cwd: folder,
    env: workerEnvironment(options.env),
    // A worker's own words are no data of this program: they go to stderr.
    stdio: ['ignore', output === 'inherit' ? 2 : output, output === 'inherit' ? 2 : output],
    // Its own process group: Ctrl-C reaches this program, which then ends the worker in order.
    detached: true,
  })
}

/** Fails with `port_in_use`. @returns `wanted`, or a free port for 0. */
function choosePort(wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') return reject(error)
      reject(
        new RbeeError('port_in_use', `port ${wanted} cannot be used (${error.code})`, {
          next: 'choose another with --port, or leave it out for any free port',
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

async function waitUntilHealthy(
  running: RunningWorker,
  child: ChildProcess,
  options: StartOptions,
): Promise<void> {
  if (running.health_url === null) return
  const deadline = options.clock() + options.readyTimeoutMs
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw await notStarted(options.worker, child, running.log)
    if (options.signal.aborted || options.clock() > deadline) {
      child.kill('SIGTERM')
      options.signal.throwIfAborted()
      throw new RbeeError('start_failed', `${running.id} did not answer ${running.health_url} in time`, {
        next: running.log ? `read its log: ${running.log}` : 'read what it printed above',
      })
    }
    if (await isHealthy(running.health_url)) return
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

/** Whether a health address answers with a success within two seconds. */
export async function isHealthy(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) })
    await answer.body?.cancel()
    return answer.ok
  } catch (error) {
    if (error instanceof TypeError || (error instanceof Error && error.name === 'TimeoutError')) return false
    throw error
  }
}

async function notStarted(
  worker: InstalledWorker,
  child: ChildProcess,
  log: string | null,
): Promise<RbeeError> {
  if (child.pid === undefined) await new Promise((resolve) => child.once('error', resolve))
  const how = child.signalCode
    ? `ended by ${child.signalCode}`
    : child.exitCode === null
      ? 'could not be started'
      : `exit code ${child.exitCode}`
  const words = log === null ? '' : lastLine(log)
  return new RbeeError(
    'start_failed',
    `${worker.id} ${worker.active.version} did not start: ${how}${words}`,
    {
      next: log === null ? 'read what it printed above' : `read its log: ${log}`,
    },
  )
}

function lastLine(log: string): string {
  const lines = readFileSync(log, 'utf8').slice(-4096).split('\n')
  const line = lines
    .map((text) => text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '').trim())
    .findLast((text) => text !== '')
  return line ? `: ${line.slice(0, 300)}` : ''
}
