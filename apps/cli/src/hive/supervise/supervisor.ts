import { setTimeout as sleep } from 'node:timers/promises'
import { RbeeError } from '@rbee/schema'
import type { Unavailable } from '../forward/failure.ts'
import type { PublicPort } from '../forward/public-port.ts'
import { Upstream } from '../forward/upstream.ts'
import type { InstalledBuild } from '../installed.ts'
import type { Instance, RecordedProcess } from '../instances.ts'
import { howItEnded, type ProcessEnd } from '../readiness.ts'
import { backOffMs, type RestartTimes } from './back-off.ts'
import { whyUnavailable } from './unavailable.ts'
import type { WorkerOrder, WorkerProcess } from './worker-process.ts'
import { stoppedMeanwhile, WorkerProcesses } from './worker-processes.ts'

export interface SupervisorOptions {
  readonly order: WorkerOrder
  readonly build: InstalledBuild
  /** Null for a worker that cannot be told a port. */
  readonly front: PublicPort | null
  /** Whether a worker that crashed is started again. */
  readonly restart: boolean
  readonly times: RestartTimes
  readonly readyTimeoutMs: number
  readonly clock: () => number
  /** Writes down what changed, before it takes effect. */
  readonly record: (snapshot: Snapshot) => Promise<void>
  /** Tells people what happened. */
  readonly tell: (line: string) => void
}

/** What there is to know about a supervised worker at one moment. */
export interface Snapshot
  extends Pick<Instance, 'state' | 'pid' | 'restarts' | 'last_exit' | 'next_try_at' | 'started_at'> {
  readonly build: InstalledBuild
  readonly worker: { readonly port: number | null; readonly healthUrl: string | null } | null
  readonly processes: readonly RecordedProcess[]
}

export interface SwitchOptions {
  /** End the old process before the new one starts, for machines that cannot hold both. */
  readonly restart: boolean
  readonly readyTimeoutMs: number
  readonly drainTimeoutMs: number
}

/** Why a supervisor has come to its end. */
export type Finish =
  | { readonly reason: 'stopped'; readonly killed: boolean; readonly code: number | null }
  | { readonly reason: 'ended'; readonly end: ProcessEnd }

interface Serving {
  readonly process: WorkerProcess
  readonly upstream: Upstream | null
  readonly since: number
}

/** How long a worker that is not needed any more may take to end. */
const GRACE_MS = 30_000
/** The same for what a worker that crashed has started. */
const LOSS_GRACE_MS = 5_000
/** Even a worker that is ended at once gets so long after being asked. */
const LEAST_GRACE_MS = 200

/** Keeps one worker running behind one port: starts it, starts it again, replaces it, ends it. */
export class Supervisor {
  readonly finished: Promise<Finish>
  readonly #options: SupervisorOptions
  readonly #processes: WorkerProcesses
  readonly #stopping = new AbortController()
  #finish: (how: Finish) => void = () => {}
  #build: InstalledBuild
  #state: Instance['state'] = 'starting'
  #serving: Serving | null = null
  /** What starts or replaces a process at this moment. */
  #work: Promise<unknown> | null = null
  #retry = new AbortController()
  #switching = false
  #stopGraceMs = GRACE_MS
  #stopped: Promise<boolean> | null = null
  #crashes = 0
  #restarts = 0
  readonly #retiring = new Set<Promise<void>>()
  #loss: Promise<void> | null = null
  #lastEnd: ProcessEnd = { code: null, signal: null, problem: 'it was not running' }
  #lastExit: Instance['last_exit'] = null
  #nextTryAt: number | null = null
  #startedAt: number

  constructor(options: SupervisorOptions) {
    this.#options = options
    this.#build = options.build
    this.#startedAt = options.clock()
    const { order, clock } = options
    this.#processes = new WorkerProcesses(order, clock, () => this.#record(), this.#stopping.signal)
    this.finished = new Promise((resolve) => {
      this.#finish = resolve
    })
    options.front?.route({ unavailable: () => this.#whyUnavailable() })
  }

  snapshot(): Snapshot {
    const worker = this.#serving?.process ?? this.#processes.only()
    return {
      state: this.#state,
      build: this.#build,
      pid: worker?.pid ?? null,
      worker,
      processes: this.#processes.list(),
      restarts: this.#restarts,
      last_exit: this.#lastExit,
      next_try_at: this.#nextTryAt === null ? null : new Date(this.#nextTryAt).toISOString(),
      started_at: new Date(this.#startedAt).toISOString(),
    }
  }

  /** The first start. Fails with `start_failed`, or with what `signal` was aborted with; then nothing is left running. */
  async start(signal: AbortSignal): Promise<void> {
    try {
      await this.#during(async () => {
        this.#serve(await this.#processes.begin(this.#build, this.#options.readyTimeoutMs, signal))
        await this.#record()
      })
    } catch (error) {
      this.#stopped ??= Promise.resolve(false)
      throw error
    }
  }

  /**
   * Replaces the build: starts the new one beside the old one, waits until it is ready, sends all new requests there, and
   * ends the old one when it has finished its requests. A new one that does not get ready changes nothing.
   *
   * Fails with `start_failed`, `busy`, or `not_running` when the supervisor is being stopped.
   *
   * @param signal breaks it off, as long as the new one does not serve.
   * @returns how many requests had to be cut off because they took too long.
   */
  async switchTo(
    build: InstalledBuild,
    options: SwitchOptions,
    signal: AbortSignal,
    switched: () => void,
  ): Promise<{ cut: number }> {
    if (this.#stopped !== null) throw stoppedMeanwhile(this.#options.order.id)
    if (this.#switching) {
      throw new RbeeError('busy', `${this.#options.order.id} is being switched to another build already`, {
        next: 'wait until it has finished and run the command again',
      })
    }
    const old = await this.#replace(build, options, signal)
    switched()
    // The old one may take long to finish; another switch need not wait for it.
    return { cut: await old.cut }
  }

  async #replace(
    build: InstalledBuild,
    options: SwitchOptions,
    signal: AbortSignal,
  ): Promise<{ cut: Promise<number> }> {
    this.#switching = true
    try {
      // A restart that waits or fails again and again is replaced, not waited for.
      this.#retry.abort()
      await this.#work
      if (this.#stopped !== null) throw stoppedMeanwhile(this.#options.order.id)
      return await this.#during(() =>
        options.restart
          ? this.#replaceAfter(build, options, signal)
          : this.#replaceBeside(build, options, signal),
      )
    } finally {
      this.#switching = false
      this.#retry = new AbortController()
      if (this.#serving === null && this.#stopped === null) this.#recover()
    }
  }

  /** Lets requests finish, asks the worker to end, and ends it by force after `graceMs`. @returns whether by force. */
  stop(graceMs: number): Promise<boolean> {
    this.#stopGraceMs = this.#stopped === null ? graceMs : Math.min(this.#stopGraceMs, graceMs)
    this.#stopped ??= this.#stopEverything()
    return this.#stopped
  }

  /** Ends every process at once, without waiting: for the end of this program. */
  kill(): void {
    this.#processes.kill()
  }

  async #stopEverything(): Promise<boolean> {
    const { front, clock } = this.#options
    this.#state = 'stopping'
    this.#nextTryAt = null
    const deadline = clock() + this.#stopGraceMs
    const drainMs = this.#stopGraceMs / 2
    front?.refuse()
    front?.route({ unavailable: () => this.#whyUnavailable() })
    this.#stopping.abort()
    this.#retry.abort()
    await this.#record()
    await this.#work
    await this.#loss
    await Promise.all(this.#retiring)
    const serving = this.#serving
    let killed = false
    if (serving !== null) {
      await serving.upstream?.drained(drainMs)
      killed = !(await this.#end(serving, Math.max(LEAST_GRACE_MS, deadline - clock())))
    }
    const code = serving === null ? null : (await serving.process.ended).code
    this.#finish({ reason: 'stopped', killed, code })
    return killed
  }

  /** @returns what is left of the old process: how many requests had to be cut off in the end. */
  async #replaceBeside(
    build: InstalledBuild,
    { readyTimeoutMs, drainTimeoutMs }: SwitchOptions,
    signal: AbortSignal,
  ): Promise<{ cut: Promise<number> }> {
    const fresh = await this.#processes.begin(build, readyTimeoutMs, signal)
    const old = this.#serving
    this.#take(build, fresh)
    await this.#record()
    return { cut: this.#retire(old, drainTimeoutMs) }
  }

  async #replaceAfter(
    build: InstalledBuild,
    { readyTimeoutMs, drainTimeoutMs }: SwitchOptions,
    signal: AbortSignal,
  ): Promise<{ cut: Promise<number> }> {
    const { front, readyTimeoutMs: usual, tell } = this.#options
    const old = this.#serving
    this.#serving = null
    this.#state = 'starting'
    front?.route({ unavailable: () => this.#whyUnavailable() })
    const cut = this.#retire(old, drainTimeoutMs)
    await cut
    try {
      this.#take(build, await this.#processes.begin(build, readyTimeoutMs, signal))
    } catch (error) {
      if (this.#stopped !== null) throw error
      tell(`${build.version} (${build.variant}) does not get ready; starting the build before again`)
      this.#serve(await this.#processes.begin(this.#build, usual, this.#stopping.signal))
      await this.#record()
      throw error
    }
    await this.#record()
    return { cut }
  }

  #take(build: InstalledBuild, fresh: WorkerProcess): void {
    this.#build = build
    this.#crashes = 0
    this.#restarts = 0
    this.#serve(fresh)
    this.#options.tell(`switched to ${build.version} (${build.variant}), process ${fresh.pid}`)
  }

  /** Lets a process that gets no more requests finish those it has, and ends it. @returns how many were cut off. */
  #retire(old: Serving | null, drainTimeoutMs: number): Promise<number> {
    if (old === null) return Promise.resolve(0)
    const retiring = (async () => {
      let cut = (await old.upstream?.drained(drainTimeoutMs, this.#stopping.signal)) ?? 0
      if (this.#stopped !== null) cut = (await old.upstream?.drained(this.#stopGraceMs / 2)) ?? 0
      old.upstream?.close()
      await this.#end(old, this.#stopped === null ? GRACE_MS : this.#stopGraceMs)
      await this.#record()
      return cut
    })()
    const settled = retiring.then(
      () => {},
      () => {},
    )
    this.#retiring.add(settled)
    void settled.then(() => this.#retiring.delete(settled))
    return retiring
  }

  #serve(process: WorkerProcess): void {
    const { front, clock } = this.#options
    const upstream = process.port === null ? null : new Upstream(process.port)
    this.#serving = { process, upstream, since: clock() }
    this.#startedAt = clock()
    this.#state = 'running'
    this.#nextTryAt = null
    if (upstream !== null) front?.route({ to: upstream })
    void process.ended.then((end) => this.#hasEnded(process, end))
  }

  /** Ends a process that gets no more requests. @returns whether it ended by itself. */
  async #end({ process, upstream }: Serving, graceMs: number): Promise<boolean> {
    try {
      return await this.#processes.end(process, graceMs)
    } finally {
      upstream?.close()
    }
  }

  #hasEnded(process: WorkerProcess, end: ProcessEnd): void {
    const serving = this.#serving
    if (serving?.process !== process || this.#stopped !== null) return
    const { clock, front, times, tell, order } = this.#options
    this.#serving = null
    this.#state = 'crashed'
    front?.route({ unavailable: () => this.#whyUnavailable() })
    if (clock() - serving.since >= times.stableMs) this.#crashes = 0
    const how = howItEnded(end)
    this.#noteExit(end, how)
    this.#lastEnd = end
    tell(`${order.id} ended by itself: ${how}`)
    this.#loss = this.#end(serving, LOSS_GRACE_MS)
      .catch((error: unknown) => tell(String(error)))
      .then(() => {
        if (!this.#switching && this.#stopped === null) this.#recover()
      })
  }

  /** Goes on after the loss of the worker, or comes to an end where it is not to be started again. */
  #recover(): void {
    const { restart, front } = this.#options
    // Who serves has no reason to end by itself; a job without a port may have done its work.
    const done = this.#lastEnd.code === 0 && front === null
    if (restart && !done) this.#tryAgainLater()
    else this.#finish({ reason: 'ended', end: this.#lastEnd })
  }

  #noteExit(end: ProcessEnd | null, message: string): void {
    const at = new Date(this.#options.clock()).toISOString()
    this.#lastExit = { code: end?.code ?? null, signal: end?.signal ?? null, message, at }
  }

  /** Starts the worker again after a while, as often as it takes. */
  #tryAgainLater(): void {
    const { clock, times, tell, order, readyTimeoutMs } = this.#options
    const signal = this.#retry.signal
    const trying = async () => {
      while (this.#serving === null && !signal.aborted && this.#stopped === null) {
        this.#crashes += 1
        const wait = backOffMs(this.#crashes, times)
        this.#state = 'crashed'
        this.#nextTryAt = clock() + wait
        await this.#record()
        tell(`${order.id} is started again in ${wait / 1000} s`)
        try {
          await sleep(wait, undefined, { signal })
          this.#restarts += 1
          this.#state = 'starting'
          this.#nextTryAt = null
          this.#serve(await this.#processes.begin(this.#build, readyTimeoutMs, signal))
          await this.#record()
        } catch (error) {
          if (signal.aborted || this.#stopped !== null) return
          // Whatever keeps it from starting may pass: a full disk, a busy device, a missing model.
          const message = error instanceof Error ? error.message : String(error)
          this.#noteExit(null, message)
          tell(message)
        }
      }
    }
    // What is under way may be the last step of the start that was lost.
    void Promise.resolve(this.#work).then(() => this.#during(trying))
  }

  /** Does one thing at a time. */
  async #during<Result>(work: () => Promise<Result>): Promise<Result> {
    const working = work()
    const settled = working.then(
      () => {},
      () => {},
    )
    this.#work = settled
    try {
      return await working
    } finally {
      if (this.#work === settled) this.#work = null
    }
  }

  async #record(): Promise<void> {
    await this.#options.record(this.snapshot())
  }

  #whyUnavailable(): Unavailable {
    const { order, clock } = this.#options
    return whyUnavailable(order.id, this.#state, this.#nextTryAt === null ? null : this.#nextTryAt - clock())
  }
}
