import { RequestError } from '../errors.ts'

/**
 * Lets a number of requests work at once and a number wait in order; refuses the rest at once, so that a client learns
 * early that it should go elsewhere.
 */
export class Admission {
  readonly #concurrency: number
  readonly #queueLength: number
  readonly #waiting: (() => void)[] = []
  #running = 0

  constructor(limits: { readonly concurrency: number; readonly queue: number }) {
    this.#concurrency = limits.concurrency
    this.#queueLength = limits.queue
  }

  get running(): number {
    return this.#running
  }

  get waiting(): number {
    return this.#waiting.length
  }

  /**
   * Runs work when its turn comes.
   *
   * @throws {RequestError} `queue_full`; the signal's reason when it is aborted while waiting.
   */
  async run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    await this.#turn(signal)
    try {
      return await work()
    } finally {
      this.#running -= 1
      this.#waiting.shift()?.()
    }
  }

  async #turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (this.#running < this.#concurrency) {
      this.#running += 1
      return
    }
    if (this.#waiting.length >= this.#queueLength) {
      throw new RequestError(
        'queue_full',
        `All ${this.#concurrency} places are busy and ${this.#waiting.length} requests wait already.`,
        { retryAfter: 1 },
      )
    }
    await new Promise<void>((resolve, reject) => {
      const enter = () => {
        signal.removeEventListener('abort', leave)
        this.#running += 1
        resolve()
      }
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(enter), 1)
        reject(signal.reason)
      }
      this.#waiting.push(enter)
      signal.addEventListener('abort', leave, { once: true })
    })
  }
}
