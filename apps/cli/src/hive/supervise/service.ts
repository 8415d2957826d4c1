import type { PublicPort } from '../forward/public-port.ts'
import { Upstream } from '../forward/upstream.ts'
import type { Instance } from '../instances.ts'
import type { Serving } from './retirement.ts'
import { whyUnavailable } from './unavailable.ts'
import type { WorkerProcess } from './worker-process.ts'

type State = Instance['state']

export interface ServiceOptions {
  readonly id: string
  /** Null for a worker that cannot be told a port. */
  readonly front: PublicPort | null
  readonly clock: () => number
  /** Until a worker that crashed is started again, in milliseconds, or null. */
  readonly untilNextTry: () => number | null
}

/** What the address of an instance leads to: the process that serves, or the reason why none does. */
export class Service {
  readonly #options: ServiceOptions
  #state: State = 'starting'
  #serving: Serving | null = null
  #startedAt: number

  constructor(options: ServiceOptions) {
    this.#options = options
    this.#startedAt = options.clock()
    this.#refer()
  }

  get serving(): Serving | null {
    return this.#serving
  }

  get state(): State {
    return this.#state
  }

  /** Of the process that serves, or served last. */
  get startedAt(): string {
    return new Date(this.#startedAt).toISOString()
  }

  /** All new requests go to this process from now on. */
  leadTo(process: WorkerProcess): void {
    const { front, clock } = this.#options
    const upstream = process.port === null ? null : new Upstream(process.port)
    this.#serving = { process, upstream, since: clock() }
    this.#startedAt = clock()
    this.#state = 'running'
    if (upstream !== null) front?.route({ to: upstream })
  }

  /** No process serves. @returns the one that did. */
  withdraw(state: Exclude<State, 'running' | 'stopping'>): Serving | null {
    const served = this.#serving
    this.#serving = null
    this.#state = state
    this.#refer()
    return served
  }

  /** Takes no new requests, for good; the process that serves finishes those it has. */
  close(): void {
    this.#state = 'stopping'
    this.#options.front?.refuse()
    this.#refer()
  }

  /** Tells requests why nobody serves them. */
  #refer(): void {
    const { id, front, untilNextTry } = this.#options
    front?.route({ unavailable: () => whyUnavailable(id, this.#state, untilNextTry()) })
  }
}
