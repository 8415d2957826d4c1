import type { DownloadMark, DownloadMarker, Registry } from '@rbee/registry'
import type { Sha256 } from '@rbee/schema'
import type { Log } from '../log.ts'

/** Between two writes: what a killed process loses. */
const FLUSH_MS = 2_000
/** About 10 MB. More different downloads within one interval, or while the database does not answer, are not counted. */
const MAX_PENDING = 50_000

/** Counts downloads beside the requests that make them. */
export interface DownloadCounter {
  /** @param client whose downloads count as one. Never fails and never waits. */
  count(sha256: Sha256, client: string): void
  /** Counts what is pending, writes the statistics and ends. */
  stop(): Promise<void>
}

export interface CounterPorts {
  readonly registry: Pick<Registry, 'countDownloads' | 'writeDueStatistics'>
  readonly mark: DownloadMarker
  readonly log: Log
}

/** Starts a counter that keeps marks in memory and writes them every two seconds. */
export function startDownloadCounter({ registry, mark, log }: CounterPorts): DownloadCounter {
  let pending = new Map<string, DownloadMark>()
  let dropped = 0
  let marking: Promise<void> = Promise.resolve()
  let flushing: Promise<void> = Promise.resolve()
  /** At the start: an earlier process may have ended between counting and writing. */
  let isDue = true

  async function add(sha256: Sha256, client: string): Promise<void> {
    try {
      const made = await mark(sha256, client)
      if (pending.size < MAX_PENDING) pending.set(`${made.day} ${made.client} ${sha256}`, made)
      else dropped += 1
    } catch (error) {
      log.error({ error }, 'a download could not be counted')
    }
  }

  async function flush(): Promise<void> {
    if (dropped > 0) log.error({ downloads: dropped }, 'more downloads than can be counted at once')
    dropped = 0
    const marks = pending
    pending = new Map()
    try {
      if (marks.size > 0) {
        await registry.countDownloads([...marks.values()])
        isDue = true
      }
    } catch (error) {
      // Put back for the next time; the same mark twice is counted once.
      pending = new Map([...marks, ...pending])
      log.error({ error, downloads: marks.size }, 'downloads could not be counted yet')
      return
    }
    try {
      if (isDue) isDue = (await registry.writeDueStatistics()) > 0
    } catch (error) {
      log.error({ error }, 'statistics could not be written yet')
    }
  }

  const timer = setInterval(() => {
    flushing = flushing.then(flush)
  }, FLUSH_MS)
  timer.unref()
  return {
    count(sha256, client) {
      marking = marking.then(() => add(sha256, client))
    },
    async stop() {
      clearInterval(timer)
      await marking
      await flushing
      await flush()
    },
  }
}
