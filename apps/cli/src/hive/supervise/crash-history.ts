import type { Instance } from '../instances.ts'
import { howItEnded, type ProcessEnd } from '../readiness.ts'
import { backOffMs, type RestartTimes } from './back-off.ts'

/** Counts the crashes of a worker, remembers the last one, and decides when it is started again. */
export class CrashHistory {
  readonly #times: RestartTimes
  readonly #clock: () => number
  #inARow = 0
  #restarts = 0
  #lastEnd: ProcessEnd = { code: null, signal: null, problem: 'it was not running' }
  #lastExit: Instance['last_exit'] = null
  #nextTryAt: number | null = null

  constructor(times: RestartTimes, clock: () => number) {
    this.#times = times
    this.#clock = clock
  }

  get lastEnd(): ProcessEnd {
    return this.#lastEnd
  }

  /** Until the next start, in milliseconds; null when none is planned. */
  get untilNextTry(): number | null {
    return this.#nextTryAt === null ? null : this.#nextTryAt - this.#clock()
  }

  /** As an instance tells it. */
  summary(): Pick<Instance, 'restarts' | 'last_exit' | 'next_try_at'> {
    return {
      restarts: this.#restarts,
      last_exit: this.#lastExit,
      next_try_at: this.#nextTryAt === null ? null : new Date(this.#nextTryAt).toISOString(),
    }
  }

  /** Another build begins with a clean slate. */
  beginAnew(): void {
    this.#inARow = 0
    this.#restarts = 0
  }

  /** Notes that a process ended which had served since a time. @returns how, in words. */
  noteCrash(end: ProcessEnd, servedSince: number): string {
    if (this.#clock() - servedSince >= this.#times.stableMs) this.#inARow = 0
    const how = howItEnded(end)
    this.#noteExit(end, how)
    this.#lastEnd = end
    return how
  }

  /** Notes that it could not be started again. */
  noteFailedStart(message: string): void {
    this.#noteExit(null, message)
  }

  /** @returns how many milliseconds to wait before the next start. */
  planNextTry(): number {
    this.#inARow += 1
    const wait = backOffMs(this.#inARow, this.#times)
    this.#nextTryAt = this.#clock() + wait
    return wait
  }

  noteRestart(): void {
    this.#restarts += 1
    this.#nextTryAt = null
  }

  /** There is nothing to be tried: it serves, or is not to. */
  forgetNextTry(): void {
    this.#nextTryAt = null
  }

  #noteExit(end: ProcessEnd | null, message: string): void {
    const at = new Date(this.#clock()).toISOString()
    this.#lastExit = { code: end?.code ?? null, signal: end?.signal ?? null, message, at }
  }
}
