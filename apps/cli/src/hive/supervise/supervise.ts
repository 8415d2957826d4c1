import { randomBytes, randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { hasCode, RbeeError, type WorkerId } from '@rbee/schema'
import type { PublicPort } from '../forward/public-port.ts'
import type { HiveHome } from '../home.ts'
import { type InstalledBuild, listInstalled, requireInstalled } from '../installed.ts'
import {
  findInstance,
  forgetInstance,
  type Instance,
  type InstanceRecord,
  recordInstance,
} from '../instances.ts'
import { clearLeftovers } from '../leftovers.ts'
import type { SeatKeeper } from '../licenses/seat-keeper.ts'
import { withLock } from '../lock.ts'
import { processIdentity } from '../process-identity.ts'
import type { RevocationGuard } from '../revocations/guard.ts'
import { RESTART_TIMES, type RestartTimes } from './back-off.ts'
import { type ControlServer, openControl } from './control-server.ts'
import { openOwnPort } from './own-port.ts'
import type { Finish, Snapshot } from './supervision.ts'
import { Supervisor } from './supervisor.ts'
import { type QuarantinePolicy, watchRevocations } from './watch-revocations.ts'
import { WorkerLog } from './worker-log.ts'
import { requireRunCommand } from './worker-process.ts'

export interface SuperviseOptions {
  readonly home: HiveHome
  readonly id: WorkerId
  /** Tells several instances of one worker apart; by default its id. */
  readonly name: WorkerId
  /** 0 means any free port, null the one that it had before, if it is free. */
  readonly port: number | null
  /** Absolute path of the model, or null. */
  readonly model: string | null
  /** Arguments that are passed on to the worker. */
  readonly extra: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  /** Whether what it prints goes to a log file; else to stderr. */
  readonly toLog: boolean
  /** Start the worker again when it crashed; null means never. */
  readonly restart: RestartTimes | null
  readonly readyTimeoutMs: number
  /** Keeps quarantined releases from being run. */
  readonly guard: RevocationGuard
  /** Keeps the seat of a worker that is sold. @param tell tells people, and the worker's log, what becomes of it. */
  readonly seat: (tell: (line: string) => void) => SeatKeeper
  readonly quarantine: QuarantinePolicy
  readonly clock: () => number
  readonly signal: AbortSignal
  readonly tell: (line: string) => void
}

/** A worker that runs, and is watched over by this process. */
export interface Supervised {
  /** As it is at this moment. */
  readonly instance: () => Instance
  /** Settled when the worker is not to run any more and everything is cleared away. */
  readonly finished: Promise<Finish>
  /** @returns whether force was necessary. */
  stop(graceMs: number): Promise<boolean>
}

/**
 * Starts an installed worker behind a port and watches over it in this process: other commands find it by its record,
 * and talk to it. Returns once it is ready; one that does not get there, or whose start is interrupted, is ended with
 * everything it started. With this process it ends at the latest.
 *
 * Fails with `still_running`, `port_in_use`, `start_failed`, `quarantined`, `seats_exhausted` or `usage`.
 */
export async function superviseWorker(options: SuperviseOptions): Promise<Supervised> {
  const claim = await takeTurn(options, () => claimInstance(options))
  const { supervisor, record } = claim
  const endAtOnce = () => {
    supervisor.kill()
    rmSync(options.home.runningFile(options.name), { force: true })
  }
  process.on('exit', endAtOnce)
  const clearAway = async () => {
    await claim.release()
    process.off('exit', endAtOnce)
  }
  try {
    await supervisor.start(options.signal)
  } catch (error) {
    await clearAway()
    throw error
  }
  const watch = watchRevocations(options, supervisor)
  return {
    instance: () => record().instance,
    finished: supervisor.finished.then(async (finish) => {
      watch.stop()
      await clearAway()
      return finish
    }),
    stop: (graceMs) => supervisor.stop(graceMs),
  }
}

/** Nothing else is installed, removed or started under this name meanwhile. */
function takeTurn<Result>(
  { home, id, name }: SuperviseOptions,
  work: () => Promise<Result>,
): Promise<Result> {
  return withLock(home, { record: id }, () => withLock(home, { start: name }, work))
}

interface Claim {
  readonly supervisor: Supervisor
  readonly record: () => InstanceRecord
  release(): Promise<void>
}

/** What is open as long as an instance runs. */
interface Opened {
  front: PublicPort | null
  log: WorkerLog | null
  control: ControlServer | null
}

/** Opens everything that the instance needs and writes it down, before any process of the worker is started. */
async function claimInstance(options: SuperviseOptions): Promise<Claim> {
  const { home, id, name, clock } = options
  await assertFree(options)
  const { active } = await requireInstalled(home, id)
  const hasPort = requireRunCommand(id, active).port_flag !== undefined
  if (options.port !== null && !hasPort) {
    throw new RbeeError('usage', `--port: ${id} ${active.version} cannot be told a port`, {
      next: 'leave --port out; what the worker listens on is up to its author',
    })
  }
  const opened: Opened = { front: null, log: null, control: null }
  try {
    opened.front = hasPort ? await openOwnPort(home, { id, name }, options.port) : null
    opened.log = options.toLog ? await WorkerLog.open(home.logFile(name), clock) : null
    return await assemble(options, active, opened)
  } catch (error) {
    await closeAll(opened)
    throw error
  }
}

async function assemble(options: SuperviseOptions, active: InstalledBuild, opened: Opened): Promise<Claim> {
  const { home, id } = options
  const { front, log } = opened
  const marker = randomUUID()
  const secret = randomBytes(32).toString('base64url')
  const tell = (line: string) => {
    log?.note(line)
    options.tell(line)
  }
  const ledger = new Ledger(home, tell)
  const seat = options.seat(tell)
  const supervisor = new Supervisor({
    order: { home, id, model: options.model, extra: options.extra, env: options.env, marker, log, seat },
    build: active,
    front,
    restart: options.restart !== null,
    times: options.restart ?? RESTART_TIMES,
    readyTimeoutMs: options.readyTimeoutMs,
    clock: options.clock,
    permit: (build) => options.guard.assertMayStart(id, build),
    record: () => ledger.write(record()),
    tell,
  })
  const control = await openControl({ secret, supervisor, instance: () => record().instance })
  opened.control = control
  const identity = (await processIdentity(process.pid)) ?? ''
  const record = (): InstanceRecord => ({
    ...describe(options, opened, supervisor.snapshot()),
    supervisor: { pid: process.pid, identity, marker },
    control: { port: control.port, secret },
  })
  await recordInstance(home, record())
  const release = async () => {
    // The record goes first: whoever reads it must find the ports open.
    await ledger.close(record())
    await seat.end()
    await closeAll(opened)
  }
  return { supervisor, record, release }
}

async function closeAll({ control, front, log }: Opened): Promise<void> {
  await control?.close()
  await front?.close()
  await log?.close()
}

/**
 * Makes sure that nothing runs under this name; what a killed supervisor left is ended. Fails with `still_running`, or
 * `usage` for a name that means something else.
 */
export async function assertFree({
  home,
  id,
  name,
}: Pick<SuperviseOptions, 'home' | 'id' | 'name'>): Promise<void> {
  const already = await findInstance(home, name)
  if (already) {
    const { state, url, supervisor_pid } = already.instance
    const where = url === null ? '' : `, ${url}`
    const how = state === 'running' ? '' : ` (${state})`
    const process = already.instance.pid ?? supervisor_pid
    throw new RbeeError('still_running', `${name} is running already${how}: process ${process}${where}`, {
      next: `stop it with: rbee-hive stop ${name}`,
    })
  }
  await clearLeftovers(home, name)
  if (name === id) return
  const { sound, damaged } = await listInstalled(home)
  if (sound.some((worker) => worker.id === name) || damaged.some((worker) => worker.name === name)) {
    throw new RbeeError('usage', `--name: ${name} is another worker's id`, { next: 'choose another name' })
  }
}

function describe(
  { name, id, model }: SuperviseOptions,
  { front, log }: Opened,
  { build, worker, processes, ...state }: Snapshot,
): Pick<InstanceRecord, 'instance' | 'worker_port' | 'processes'> {
  const url = front === null ? null : `http://127.0.0.1:${front.port}`
  return {
    instance: {
      name,
      id,
      version: build.version,
      variant: build.variant,
      build: build.build,
      ...state,
      supervisor_pid: process.pid,
      port: front?.port ?? null,
      url,
      health_url: url === null || build.run === null ? null : url + build.run.health_path,
      model,
      log: log?.path ?? null,
    },
    worker_port: worker?.port ?? null,
    processes: [...processes],
  }
}

/** Writes down what changes, one after the other. */
class Ledger {
  readonly #home: HiveHome
  readonly #tell: (line: string) => void
  #last: Promise<void> = Promise.resolve()
  #closed = false

  constructor(home: HiveHome, tell: (line: string) => void) {
    this.#home = home
    this.#tell = tell
  }

  write(record: InstanceRecord): Promise<void> {
    this.#last = this.#last.then(() => this.#write(record))
    return this.#last
  }

  async close(record: InstanceRecord): Promise<void> {
    this.#closed = true
    await this.#last
    await forgetInstance(this.#home, record)
  }

  /**
   * A full disk must not take down a worker that serves. Commands ask the supervisor itself first, so what is not written
   * down matters only when the supervisor is killed before it can be.
   */
  async #write(record: InstanceRecord): Promise<void> {
    if (this.#closed) return
    try {
      await recordInstance(this.#home, record)
    } catch (error) {
      if (!(error instanceof RbeeError) && !hasCode(error, 'EIO', 'ENOENT')) throw error
      this.#tell(`its state could not be written: ${error.message}`)
    }
  }
}
