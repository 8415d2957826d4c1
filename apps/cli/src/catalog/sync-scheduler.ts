import type { SyncWish } from '@rbee/catalog'
import { type CatalogSyncReport, RbeeError } from '@rbee/schema'

/** How often catalogs are read without anybody asking, in milliseconds. */
export interface SyncPauses {
  /** From the end of one reading of all catalogs to the start of the next; null where they are not read again. */
  readonly interval: number | null
  /** Until catalogs that failed are tried again, at first; twice as long after each further failure. */
  readonly firstRetry: number
  readonly longestRetry: number
}

export interface SyncScheduler {
  /** Reads catalogs; see `CatalogSync.request`. */
  request(wish: SyncWish): Promise<CatalogSyncReport>
  /** Refuses what waits, and ends once the running reading has; whoever stops it ends that reading by its signal. */
  stop(): Promise<void>
}

/** A reading that waits for the running one to end, and everybody who waits for it. */
interface Queued {
  readonly wishes: SyncWish[]
  readonly waiting: PromiseWithResolvers<CatalogSyncReport>
}

/**
 * Runs a job that reads catalogs, one reading at a time, whoever asks for it: a timer, operators, webhooks. Whatever is
 * asked for during a reading becomes one more reading. Catalogs that failed are tried again, after growing pauses.
 *
 * @param job does what all wishes together ask for.
 * @param onFailure is told what the job threw; who asked for it is told as well.
 */
export function scheduleSyncs(
  job: (wishes: readonly SyncWish[]) => Promise<CatalogSyncReport>,
  pauses: SyncPauses,
  onFailure: (error: unknown) => void,
): SyncScheduler {
  let queued: Queued | null = null
  let running: Promise<void> | null = null
  let stopped = false
  let failures = 0
  const timers: { all?: NodeJS.Timeout; retry?: NodeJS.Timeout } = {}

  function request(wish: SyncWish): Promise<CatalogSyncReport> {
    if (stopped) return Promise.reject(stopping())
    queued ??= { wishes: [], waiting: Promise.withResolvers() }
    if (!queued.wishes.some((known) => isSame(known, wish))) queued.wishes.push(wish)
    const { promise } = queued.waiting
    running ??= work()
    return promise
  }

  async function work(): Promise<void> {
    for (let next = take(); next !== null; next = take()) await run(next)
    running = null
  }

  function take(): Queued | null {
    const next = queued
    queued = null
    return next
  }

  async function run({ wishes, waiting }: Queued): Promise<void> {
    const all = wishes.some(({ catalogs }) => catalogs === null)
    if (all) clearTimeout(timers.all)
    clearTimeout(timers.retry)
    try {
      const report = await job(wishes)
      failures = report.failed.length === 0 ? 0 : failures + 1
      if (failures > 0) retryLater(report.failed.map(({ catalog }) => catalog))
      waiting.resolve(report)
    } catch (error) {
      failures += 1
      retryLater(all ? null : wishes.flatMap(({ catalogs }) => catalogs ?? []))
      waiting.reject(stopped ? stopping() : error)
      if (!stopped) onFailure(error)
    }
    if (all && pauses.interval !== null) timers.all = later(pauses.interval, null)
  }

  function retryLater(catalogs: SyncWish['catalogs']): void {
    const pause = Math.min(pauses.firstRetry * 2 ** (failures - 1), pauses.longestRetry)
    if (pauses.interval === null || pause < pauses.interval) timers.retry = later(pause, catalogs)
  }

  function later(milliseconds: number, catalogs: SyncWish['catalogs']): NodeJS.Timeout | undefined {
    if (stopped) return undefined
    // What goes wrong there is told to onFailure.
    return setTimeout(() => request({ catalogs, force: false }).catch(() => {}), milliseconds)
  }

  return {
    request,
    async stop() {
      stopped = true
      clearTimeout(timers.all)
      clearTimeout(timers.retry)
      take()?.waiting.reject(stopping())
      await running
    },
  }
}

/** A flood of equal requests must not grow what waits. */
function isSame(a: SyncWish, b: SyncWish): boolean {
  return a.force === b.force && a.catalogs?.join('\0') === b.catalogs?.join('\0')
}

function stopping(): RbeeError {
  return new RbeeError('not_ready', 'The server is stopping')
}
