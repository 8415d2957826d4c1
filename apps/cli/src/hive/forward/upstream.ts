import { Agent } from 'node:http'

/** An idle connection to a worker is given up after this time: servers close theirs after 5 s at the earliest. */
const IDLE_MS = 2_000

/** A worker's own port, and the requests that are under way there. */
export class Upstream {
  readonly port: number
  /** Connections that repeatable requests share; see `forwardRequest`. */
  readonly shared = new Agent({ keepAlive: true, timeout: IDLE_MS })
  /**
   * Connections for one request each. They are closed here, after the answer: a worker that was told to close itself
   * may do so with part of the body unread, and the reset that follows can overtake its answer.
   */
  readonly single = new Agent({ keepAlive: true })
  readonly #underWay = new Set<() => void>()
  #idle: (() => void)[] = []

  constructor(port: number) {
    this.port = port
    // As an option, 0 is taken for the default (Node 24.21).
    this.single.maxFreeSockets = 0
  }

  /** How many requests are under way. */
  get busy(): number {
    return this.#underWay.size
  }

  /**
   * Notes a request.
   *
   * @param cut breaks it off.
   * @returns what has to be called at its end.
   */
  enter(cut: () => void): () => void {
    this.#underWay.add(cut)
    return () => {
      if (!this.#underWay.delete(cut) || this.busy > 0) return
      for (const told of this.#idle) told()
      this.#idle = []
    }
  }

  /** Waits until no request is under way, at most so long. @returns how many are left. */
  async drained(milliseconds: number, signal?: AbortSignal): Promise<number> {
    if (this.busy === 0 || signal?.aborted) return this.busy
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds)
      const end = () => {
        clearTimeout(timer)
        resolve()
      }
      this.#idle.push(end)
      signal?.addEventListener('abort', end, { once: true })
    })
    return this.busy
  }

  /** Breaks off what is under way and gives up the idle connections. */
  close(): void {
    for (const cut of this.#underWay) cut()
    this.shared.destroy()
    this.single.destroy()
  }
}
