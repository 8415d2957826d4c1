/** What all clients of a measurement saw. */
export interface Tally {
  /** Requests that were answered with success. */
  answered: number
  /** Requests that were answered with 429. */
  limited: number
  /** What went wrong, and how often. */
  readonly failures: Map<string, number>
  /** How long documents took, in milliseconds. */
  readonly latencies: number[]
}

export function newTally(): Tally {
  return { answered: 0, limited: 0, failures: new Map(), latencies: [] }
}

/** Notes the answer of one request. */
export function noteStatus(tally: Tally, client: string, status: number): void {
  if (status >= 200 && status < 300) tally.answered += 1
  else if (status === 429) tally.limited += 1
  else noteFailure(tally, `${client}: status ${status}`)
}

function noteFailure(tally: Tally, failure: string): void {
  tally.failures.set(failure, (tally.failures.get(failure) ?? 0) + 1)
}

/** A client that asks again and again until the signal; it notes what it sees, and never fails. */
export type Client = (tally: Tally, signal: AbortSignal) => Promise<void>

/** Repeats a request until the signal. What fails before it is noted under the client's name. */
export async function repeatedly(
  client: string,
  tally: Tally,
  signal: AbortSignal,
  request: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await request()
    } catch (error) {
      if (!signal.aborted)
        noteFailure(tally, `${client}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
}
