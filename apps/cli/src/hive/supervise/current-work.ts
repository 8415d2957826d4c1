/** What is under way at this moment, of work that is done one piece at a time. */
export class CurrentWork {
  #current: Promise<void> | null = null

  /** Does a piece of work. Whoever begins one while another is under way has waited for that before. */
  async during<Result>(work: () => Promise<Result>): Promise<Result> {
    const working = work()
    const settled = working.then(
      () => {},
      () => {},
    )
    this.#current = settled
    try {
      return await working
    } finally {
      if (this.#current === settled) this.#current = null
    }
  }

  /** Settled when what is under way has ended, however it ended. */
  async settled(): Promise<void> {
    await this.#current
  }
}
