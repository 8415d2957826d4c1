import { setTimeout as sleep } from 'node:timers/promises'
import type { WorkerId } from '@rbee/schema'

/** A release comes with several documents, and releases often come together, in milliseconds. */
export const PAUSE_AFTER_CHANGE_MS = 500
/** After a failure, such as a full disk; twice as long after each further one. */
const FIRST_RETRY_MS = 10_000
const LONGEST_RETRY_MS = 15 * 60_000

/** What has to be done again whenever something changes, one time after the other. */
export interface UpdateLoop {
  /** From now on changes are followed. The first update is about everything. */
  start(): void
  changed(id: WorkerId): void
  /** Ends once the update that runs has ended. */
  stop(): Promise<void>
}

/**
 * @param update does the work for the workers that changed, null for all; returns whether it was done. After a failure it is
 *   tried again for all, less and less often.
 * @param ending is aborted by `stop`.
 */
export function updateLoop(
  update: (changed: ReadonlySet<WorkerId> | null) => Promise<boolean>,
  ending: AbortController,
  pauseAfterChangeMs: number,
): UpdateLoop {
  const { signal } = ending
  let isStarted = false
  /** What the next update is about; null where nothing changed. */
  let due: Set<WorkerId> | 'everything' | null = 'everything'
  let running: Promise<void> | null = null
  let failures = 0

  function start(): void {
    isStarted = true
    if (due === null || signal.aborted) return
    running ??= work().finally(() => {
      running = null
      // What changed after the last look at it.
      start()
    })
  }

  async function work(): Promise<void> {
    while (due !== null && !signal.aborted) {
      // Whatever comes together is done together.
      if (due !== 'everything') await pause(pauseAfterChangeMs, signal)
      const changed = due
      due = null
      if (await update(changed === 'everything' ? null : changed)) {
        failures = 0
        continue
      }
      due = 'everything'
      await pause(Math.min(FIRST_RETRY_MS * 2 ** failures, LONGEST_RETRY_MS), signal)
      failures += 1
    }
  }

  return {
    start,
    changed(id) {
      if (due === null) due = new Set()
      if (due !== 'everything') due.add(id)
      if (isStarted) start()
    },
    async stop() {
      ending.abort()
      await running
    },
  }
}

/** Ends early where the server ends. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal, ref: false }).catch(() => {})
}
