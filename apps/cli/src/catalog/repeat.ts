import { setTimeout as delay } from 'node:timers/promises'

/**
 * Repeats a job until the signal, each time `pauseMs` after it ended, so that it never runs twice at once. A failure is
 * handed to `onFailure`, and the job goes on.
 */
export async function repeat(
  job: () => Promise<void>,
  pauseMs: number,
  signal: AbortSignal,
  onFailure: (error: unknown) => void,
): Promise<void> {
  while (await pause(pauseMs, signal)) {
    try {
      await job()
    } catch (error) {
      onFailure(error)
    }
  }
}

/** @returns false where the signal ended it. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  try {
    await delay(milliseconds, undefined, { signal })
  } catch (error) {
    if (!signal.aborted) throw error
  }
  return !signal.aborted
}
