import type { Upstream } from '../forward/upstream.ts'
import type { WorkerProcess } from './worker-process.ts'
import type { WorkerProcesses } from './worker-processes.ts'

/** A process that answers requests. */
export interface Serving {
  readonly process: WorkerProcess
  readonly upstream: Upstream | null
  readonly since: number
}

/** How long a worker that is not needed any more may take to end. */
export const GRACE_MS = 30_000

export interface RetirementOptions {
  readonly processes: WorkerProcesses
  readonly record: () => Promise<void>
  /** Aborted when the whole instance is being stopped. */
  readonly stopping: AbortSignal
  /** What a stop leaves every process for its end. */
  readonly stopGraceMs: () => number
}

/** Takes processes out of service: lets them finish the requests they have, and ends them. */
export class Retirement {
  readonly #options: RetirementOptions
  readonly #underWay = new Set<Promise<void>>()

  constructor(options: RetirementOptions) {
    this.#options = options
  }

  /** Lets a process that gets no more requests finish those it has, and ends it. @returns how many were cut off. */
  retire(old: Serving | null, drainTimeoutMs: number): Promise<number> {
    if (old === null) return Promise.resolve(0)
    const retiring = this.#retire(old, drainTimeoutMs)
    const settled = retiring.then(
      () => {},
      () => {},
    )
    this.#underWay.add(settled)
    void settled.then(() => this.#underWay.delete(settled))
    return retiring
  }

  async #retire(old: Serving, drainTimeoutMs: number): Promise<number> {
    const { stopping, stopGraceMs, record } = this.#options
    let cut = (await old.upstream?.drained(drainTimeoutMs, stopping)) ?? 0
    if (stopping.aborted) cut = (await old.upstream?.drained(stopGraceMs() / 2)) ?? 0
    old.upstream?.close()
    await this.end(old, stopping.aborted ? stopGraceMs() : GRACE_MS)
    await record()
    return cut
  }

  /** Ends a process that gets no more requests, at once. @returns whether it ended by itself. */
  async end({ process, upstream }: Serving, graceMs: number): Promise<boolean> {
    try {
      return await this.#options.processes.end(process, graceMs)
    } finally {
      upstream?.close()
    }
  }

  /** Settled when every process that is retiring now has ended. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay)
  }
}
