import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { hasCode, RbeeError, type WorkerId } from '@rbee/schema'
import type { HiveHome } from '../home.ts'
import type { InstalledBuild } from '../installed.ts'
import { SUPERVISION_VARIABLE } from '../instances.ts'
import type { SeatKeeper } from '../licenses/seat-keeper.ts'
import { printable } from '../printable.ts'
import { signalGroup } from '../process-group.ts'
import { processIdentity } from '../process-identity.ts'
import { describeStart, type Patient, type ProcessEnd } from '../readiness.ts'
import { programPath } from '../self-test.ts'
import { workerEnvironment } from '../worker-environment.ts'
import type { WorkerLog } from './worker-log.ts'

/** What stays the same for every process of an instance, whatever build it runs. */
export interface WorkerOrder {
  readonly home: HiveHome
  readonly id: WorkerId
  /** Absolute path of the model, or null. */
  readonly model: string | null
  /** Arguments that are passed on to the worker. */
  readonly extra: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly marker: string
  /** Null means this program's stderr. */
  readonly log: WorkerLog | null
  /** Gives a build that is sold what it needs of its licence. */
  readonly seat: Pick<SeatKeeper, 'variablesFor'>
}

export interface WorkerProcess extends Patient {
  readonly build: InstalledBuild
  /** See `processIdentity`. */
  readonly identity: string
  /** Settled when the process has ended; processes that it started may still be there. */
  readonly ended: Promise<ProcessEnd>
  /** The line that says best why it ended, or an empty text. */
  lastWords(): Promise<string>
}

const STDERR = 2
const TAIL_BYTES = 8 * 1024
/** How long an ended process's output is waited for: what it started may hold it open. */
const LAST_WORDS_MS = 500

/**
 * Starts a process of a build, on a port of its own. Fails with `start_failed`.
 *
 * @param seat variables that tell the worker of its licence.
 */
export async function launchWorker(
  order: WorkerOrder,
  build: InstalledBuild,
  seat: Readonly<Record<string, string>>,
): Promise<WorkerProcess> {
  const run = requireRunCommand(order.id, build)
  const port = run.port_flag === undefined ? null : await freePort()
  const args = [...run.command.slice(1)]
  if (run.port_flag !== undefined) args.push(run.port_flag, String(port))
  if (order.model !== null) args.push(run.model_flag ?? '--model', order.model)
  args.push(...order.extra)

  const output = order.log === null ? STDERR : 'pipe'
  const folder = join(order.home.worker(order.id).builds, build.build)
  const child = spawn(programPath(folder, run.command[0] ?? ''), args, {
    cwd: folder,
    env: { ...workerEnvironment(order.env), ...seat, [SUPERVISION_VARIABLE]: order.marker },
    stdio: ['ignore', output, output],
    // Its own process group: Ctrl-C reaches this program, which then ends the worker in order.
    detached: true,
  })
  const lastWords = listen(child, order.log)
  const ended = endOf(child)
  const pid = child.pid
  const identity = pid === undefined ? null : await processIdentity(pid)
  if (pid === undefined || identity === null) {
    if (pid !== undefined) signalGroup(pid, 'SIGKILL')
    const about = {
      id: order.id,
      version: build.version,
      lastWords: await lastWords(),
      log: order.log?.path ?? null,
    }
    throw describeStart(about, { ready: false, end: await ended }, 0)
  }
  const healthUrl = port === null ? null : `http://127.0.0.1:${port}${run.health_path}`
  return { build, pid, identity, port, healthUrl, ended, lastWords }
}

export function requireRunCommand(id: WorkerId, build: InstalledBuild): NonNullable<InstalledBuild['run']> {
  if (build.run !== null) return build.run
  throw new RbeeError('start_failed', `${id} ${build.version} states no [run] command`, {
    next: 'ask its author to add one to worker.toml',
  })
}

/** Sends what a process prints to the log, and keeps the end of it. */
function listen(child: ChildProcess, log: WorkerLog | null): () => Promise<string> {
  let tail = ''
  for (const output of [child.stdout, child.stderr]) {
    if (output === null || log === null) continue
    log.attach(output)
    output.on('data', (bytes: Buffer) => {
      tail = (tail + bytes.toString('utf8')).slice(-TAIL_BYTES)
    })
  }
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
  return async () => {
    await Promise.race([closed, sleep(LAST_WORDS_MS)])
    return tellingLine(tail)
  }
}

/** The last line that is neither advice, nor a frame of a stack, nor the runtime's name below it. */
function tellingLine(text: string): string {
  const lines = text.split('\n').map(printable)
  const telling = lines.findLast(
    (line) => line !== '' && !/^(at |next: |Node\.js v|[{}[\],]|\w+: .*,$)/.test(line),
  )
  return (telling ?? '').slice(0, 300)
}

function endOf(child: ChildProcess): Promise<ProcessEnd> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal, problem: null }))
    child.once('error', (error) => resolve({ code: null, signal: null, problem: startProblem(error) }))
  })
}

function startProblem(error: Error): string {
  if (hasCode(error, 'EACCES', 'EPERM')) return `its program may not be executed (${error.code})`
  if (hasCode(error, 'ENOENT')) return `its program, or what runs it, is missing (${error.code})`
  return error.message
}

/** A port that is free at this moment; whether the worker got it shows when it is asked for its health. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      if (typeof address !== 'object' || address === null) return reject(new Error('no address'))
      probe.close(() => resolve(address.port))
    })
  })
}
