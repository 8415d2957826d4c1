import { setTimeout as sleep } from 'node:timers/promises'
import { RbeeError } from '@rbee/schema'
import type { InstalledBuild } from '../installed.ts'
import type { ProcessEnd } from '../readiness.ts'
import { CrashHistory } from './crash-history.ts'
import { CurrentWork } from './current-work.ts'
import { GRACE_MS, Retirement } from './retirement.ts'
import { Service } from './service.ts'
import type { Finish, Snapshot, SupervisorOptions, SwitchOptions } from './supervision.ts'
import type { WorkerProcess } from './worker-process.ts'
import { stoppedMeanwhile, WorkerProcesses } from './worker-processes.ts'

/** How long what a worker that crashed has started may take to end. */
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
  /** What starts or replaces a process at this moment. */
  readonly #work = new CurrentWork()
  readonly #service: Service
  readonly #retirement: Retirement
  readonly #history: CrashHistory
  #retry = new AbortController()
  #switching = false
  #stopGraceMs = GRACE_MS
  #stopped: Promise<boolean> | null = null
  #loss: Promise<void> | null = null

  constructor(options: SupervisorOptions) {
    this.#options = options
    this.#build = options.build
    const { order, front, clock, times } = options
    const record = () => this.#record()
    const stopping = this.#stopping.signal
    this.#history = new CrashHistory(times, clock)
    const untilNextTry = () => this.#history.untilNextTry
    this.#service = new Service({ id: order.id, front, clock, untilNextTry })
    this.#processes = new WorkerProcesses(order, clock, record, stopping, options.permit)
    this.#retirement = new Retirement({
      processes: this.#processes,
      record,
      stopping,
      stopGraceMs: () => this.#stopGraceMs,
    })
    this.finished = new Promise((resolve) => {
      this.#finish = resolve
    })
  }

  snapshot(): Snapshot {
    const worker = this.#service.serving?.process ?? this.#processes.only()
    return {
      state: this.#service.state,
      build: this.#build,
      pid: worker?.pid ?? null,
      worker,
      processes: this.#processes.list(),
      ...this.#history.summary(),
      started_at: this.#service.startedAt,
    }
  }

  /** The first start. Fails with `start_failed`, or with what `signal` was aborted with; then nothing is left running. */
  async start(signal: AbortSignal): Promise<void> {
    try {
      await this.#work.during(async () => {
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
      await this.#work.settled()
      if (this.#stopped !== null) throw stoppedMeanwhile(this.#options.order.id)
      return await this.#work.during(() =>
        options.restart
          ? this.#replaceAfter(build, options, signal)
          : this.#replaceBeside(build, options, signal),
      )
    } finally {
      this.#switching = false
      this.#retry = new AbortController()
      if (this.#service.serving === null && this.#stopped === null) this.#recover()
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
    const { clock } = this.#options
    this.#history.forgetNextTry()
    const deadline = clock() + this.#stopGraceMs
    const drainMs = this.#stopGraceMs / 2
    this.#service.close()
    this.#stopping.abort()
    this.#retry.abort()
    await this.#record()
    await this.#work.settled()
    await this.#loss
    await this.#retirement.settled()
    const { serving } = this.#service
    let killed = false
    if (serving !== null) {
      await serving.upstream?.drained(drainMs)
      killed = !(await this.#retirement.end(serving, Math.max(LEAST_GRACE_MS, deadline - clock())))
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
    const old = this.#service.serving
    this.#take(build, fresh)
    await this.#record()
    return { cut: this.#retirement.retire(old, drainTimeoutMs) }
  }

  async #replaceAfter(
    build: InstalledBuild,
    { readyTimeoutMs, drainTimeoutMs }: SwitchOptions,
    signal: AbortSignal,
  ): Promise<{ cut: Promise<number> }> {
    const { readyTimeoutMs: usual, tell } = this.#options
    const cut = this.#retirement.retire(this.#service.withdraw('starting'), drainTimeoutMs)
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
    this.#history.beginAnew()
    this.#serve(fresh)
    this.#options.tell(`switched to ${build.version} (${build.variant}), process ${fresh.pid}`)
  }

  #serve(process: WorkerProcess): void {
    this.#history.forgetNextTry()
    this.#service.leadTo(process)
    void process.ended.then((end) => this.#hasEnded(process, end))
  }

  #hasEnded(process: WorkerProcess, end: ProcessEnd): void {
    const { serving } = this.#service
    if (serving?.process !== process || this.#stopped !== null) return
    const { tell, order } = this.#options
    this.#service.withdraw('crashed')
    tell(`${order.id} ended by itself: ${this.#history.noteCrash(end, serving.since)}`)
    this.#loss = this.#retirement
      .end(serving, LOSS_GRACE_MS)
      .catch((error: unknown) => tell(String(error)))
      .then(() => {
        if (!this.#switching && this.#stopped === null) this.#recover()
      })
  }

  /** Goes on after the loss of the worker, or comes to an end where it is not to be started again. */
  #recover(): void {
    const { restart, front } = this.#options
    // Who serves has no reason to end by itself; a job without a port may have done its work.
    const done = this.#history.lastEnd.code === 0 && front === null
    if (restart && !done) this.#tryAgainLater()
    else this.#finish({ reason: 'ended', end: this.#history.lastEnd })
  }

  /** Starts the worker again after a while, as often as it takes. */
  #tryAgainLater(): void {
    const { tell, order, readyTimeoutMs } = this.#options
    const signal = this.#retry.signal
    const trying = async () => {
      while (this.#service.serving === null && !signal.aborted && this.#stopped === null) {
        const wait = this.#history.planNextTry()
        this.#service.withdraw('crashed')
        await this.#record()
        tell(`${order.id} is started again in ${wait / 1000} s`)
        try {
          await sleep(wait, undefined, { signal })
          this.#history.noteRestart()
          this.#service.withdraw('starting')
          this.#serve(await this.#processes.begin(this.#build, readyTimeoutMs, signal))
          await this.#record()
        } catch (error) {
          if (signal.aborted || this.#stopped !== null) return
          // Whatever keeps it from starting may pass: a full disk, a busy device, a missing model.
          const message = error instanceof Error ? error.message : String(error)
          this.#history.noteFailedStart(message)
          tell(message)
        }
      }
    }
    // What is under way may be the last step of the start that was lost.
    void this.#work.settled().then(() => this.#work.during(trying))
  }

  async #record(): Promise<void> {
    await this.#options.record(this.snapshot())
  }
}
