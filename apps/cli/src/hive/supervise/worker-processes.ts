import { RbeeError } from '@rbee/schema'
import type { InstalledBuild } from '../installed.ts'
import type { RecordedProcess } from '../instances.ts'
import { endGroup, signalGroup } from '../process-group.ts'
import { describeStart, waitUntilReady } from '../readiness.ts'
import { launchWorker, type WorkerOrder, type WorkerProcess } from './worker-process.ts'

/** How long a worker that did not become ready may take to end. */
const FAILED_START_GRACE_MS = 5_000

/** All processes of an instance: the one that serves, one that is about to, and those that finish their requests. */
export class WorkerProcesses {
  readonly #order: WorkerOrder
  readonly #clock: () => number
  readonly #record: () => Promise<void>
  readonly #stopping: AbortSignal
  readonly #permit: (build: InstalledBuild) => Promise<void>
  readonly #all = new Set<WorkerProcess>()

  /**
   * @param record writes down which processes there are.
   * @param stopping aborted when none is to be started any more.
   * @param permit fails for a build that may not run.
   */
  constructor(
    order: WorkerOrder,
    clock: () => number,
    record: () => Promise<void>,
    stopping: AbortSignal,
    permit: (build: InstalledBuild) => Promise<void>,
  ) {
    this.#order = order
    this.#clock = clock
    this.#record = record
    this.#stopping = stopping
    this.#permit = permit
  }

  list(): RecordedProcess[] {
    return [...this.#all].map(({ pid, identity, build }) => ({ pid, identity, build: build.build }))
  }

  /** The process, where there is exactly one. */
  only(): WorkerProcess | null {
    const [first, second] = this.#all
    return second === undefined ? (first ?? null) : null
  }

  /**
   * Starts a process, writes it down and waits until it is ready. One that does not get there is ended with everything it
   * started. Fails with `start_failed`, with `quarantined`, with `seats_exhausted`, with `not_running` when the instance is stopped, or with the reason of `signal`.
   */
  async begin(build: InstalledBuild, readyTimeoutMs: number, signal: AbortSignal): Promise<WorkerProcess> {
    const { id, log } = this.#order
    await this.#permit(build)
    const seat = await this.#order.seat.variablesFor(build)
    if (this.#stopping.aborted) throw stoppedMeanwhile(id)
    signal.throwIfAborted()
    const process = await launchWorker(this.#order, build, seat)
    this.#all.add(process)
    log?.note(`started ${id} ${build.version} (${build.variant}), process ${process.pid}`)
    try {
      await this.#record()
      const given = AbortSignal.any([signal, this.#stopping])
      const readiness = await waitUntilReady(process, { clock: this.#clock, signal: given, readyTimeoutMs })
      if (readiness.ready) return process
      const lastWords = await process.lastWords()
      const about = { id, version: build.version, lastWords, log: log?.path ?? null }
      throw describeStart(about, readiness, readyTimeoutMs)
    } catch (error) {
      await endGroup(process.pid, FAILED_START_GRACE_MS, this.#clock)
      this.#all.delete(process)
      await this.#record()
      throw this.#stopping.aborted ? stoppedMeanwhile(id) : error
    }
  }

  /** Asks a process to end, with whatever it started. @returns whether it did by itself. */
  async end(process: WorkerProcess, graceMs: number): Promise<boolean> {
    try {
      return await endGroup(process.pid, graceMs, this.#clock)
    } finally {
      this.#all.delete(process)
      this.#order.log?.note(`ended process ${process.pid}`)
    }
  }

  /** Ends every process at once, without waiting. */
  kill(): void {
    for (const { pid } of this.#all) signalGroup(pid, 'SIGKILL')
  }
}

export function stoppedMeanwhile(id: string): RbeeError {
  return new RbeeError('not_running', `${id} was stopped meanwhile`)
}
