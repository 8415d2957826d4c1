import type { SyncWish } from '@rbee/catalog'
import type { CatalogSyncReport } from '@rbee/schema'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type SyncPauses, scheduleSyncs } from './sync-scheduler.ts'

const ALL: SyncWish = { catalogs: null, force: false }
const NEVER: SyncPauses = { interval: null, firstRetry: 1e9, longestRetry: 1e9 }

function reportOf(...failed: string[]): CatalogSyncReport {
  return {
    status: 'done',
    changed: false,
    catalogs: [],
    failed: failed.map((catalog) => ({ catalog, code: 'catalog_unreadable', message: 'x', next: null })),
  }
}

/** A job whose readings end when the test says so. */
function heldJob() {
  const readings: { wishes: readonly SyncWish[]; end: PromiseWithResolvers<CatalogSyncReport> }[] = []
  const job = (wishes: readonly SyncWish[]) => {
    const end = Promise.withResolvers<CatalogSyncReport>()
    readings.push({ wishes, end })
    return end.promise
  }
  return { job, readings }
}

const unexpected = (error: unknown) => {
  throw error
}

describe('scheduleSyncs', () => {
  it('lets all who ask during a reading share the next one', async () => {
    const { job, readings } = heldJob()
    const scheduler = scheduleSyncs(job, NEVER, unexpected)
    const first = scheduler.request(ALL)
    const later = [
      scheduler.request({ catalogs: ['a'], force: true }),
      scheduler.request({ catalogs: ['b'], force: false }),
      scheduler.request({ catalogs: ['a'], force: true }),
    ]
    expect(readings).toHaveLength(1)
    const one = reportOf()
    readings[0]?.end.resolve(one)
    expect(await first).toBe(one)
    await vi.waitFor(() => expect(readings).toHaveLength(2))
    expect(readings[1]?.wishes).toEqual([
      { catalogs: ['a'], force: true },
      { catalogs: ['b'], force: false },
    ])
    const two = reportOf()
    readings[1]?.end.resolve(two)
    for (const waiting of later) expect(await waiting).toBe(two)
    await scheduler.stop()
    expect(readings).toHaveLength(2)
  })

  it('never reads twice at once, however many ask', async () => {
    let active = 0
    let readings = 0
    const scheduler = scheduleSyncs(
      async () => {
        active += 1
        expect(active).toBe(1)
        readings += 1
        await new Promise((resolve) => setTimeout(resolve, 2))
        active -= 1
        return reportOf()
      },
      { ...NEVER, interval: 1 },
      unexpected,
    )
    for (let round = 0; round < 20; round += 1) {
      await Promise.all(Array.from({ length: 5 }, () => scheduler.request(ALL)))
    }
    await scheduler.stop()
    expect(readings).toBeLessThanOrEqual(60)
  })

  it('goes on after a reading that threw, and tells everybody who waited', async () => {
    const failures: unknown[] = []
    const outcomes = [new Error('broken'), null]
    const scheduler = scheduleSyncs(
      async () => {
        const error = outcomes.shift()
        if (error) throw error
        return reportOf()
      },
      NEVER,
      (error) => failures.push(error),
    )
    await expect(scheduler.request(ALL)).rejects.toThrow('broken')
    expect(failures).toEqual([new Error('broken')])
    expect(await scheduler.request(ALL)).toEqual(reportOf())
    await scheduler.stop()
  })

  it('ends with the running reading and refuses what waits', async () => {
    const { job, readings } = heldJob()
    const scheduler = scheduleSyncs(job, { ...NEVER, interval: 1 }, unexpected)
    const running = expect(scheduler.request(ALL)).rejects.toMatchObject({ code: 'not_ready' })
    const waiting = expect(scheduler.request(ALL)).rejects.toMatchObject({ code: 'not_ready' })
    let stopped = false
    const stopping = scheduler.stop().then(() => {
      stopped = true
    })
    await waiting
    expect(stopped).toBe(false)
    readings[0]?.end.reject(new Error('aborted'))
    await Promise.all([running, stopping])
    await expect(scheduler.request(ALL)).rejects.toMatchObject({ code: 'not_ready' })
    expect(readings).toHaveLength(1)
  })
})

describe('its timers', () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  it('read all catalogs again an interval after the reading before, whoever asked for that one', async () => {
    vi.useFakeTimers()
    const seen: (readonly SyncWish[])[] = []
    const job = async (wishes: readonly SyncWish[]) => {
      seen.push(wishes)
      return reportOf()
    }
    const scheduler = scheduleSyncs(job, { ...NEVER, interval: 1000 }, unexpected)
    await scheduler.request(ALL)
    await vi.advanceTimersByTimeAsync(900)
    await scheduler.request({ ...ALL, force: true })
    await vi.advanceTimersByTimeAsync(900)
    expect(seen).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(100)
    expect(seen.slice(2)).toEqual([[ALL]])
    await scheduler.stop()
    await vi.advanceTimersByTimeAsync(10_000)
    expect(seen).toHaveLength(3)
  })

  it('try what failed again after pauses that grow to a limit and start anew after a success', async () => {
    vi.useFakeTimers()
    const times: number[] = []
    const start = Date.now()
    let broken = true
    const job = async (wishes: readonly SyncWish[]) => {
      times.push(Date.now() - start)
      if (times.length > 1) expect(wishes).toEqual([{ catalogs: ['b'], force: false }])
      return broken ? reportOf('b') : reportOf()
    }
    const pauses = { interval: null, firstRetry: 100, longestRetry: 300 }
    const scheduler = scheduleSyncs(job, pauses, unexpected)
    await scheduler.request(ALL)
    await vi.advanceTimersByTimeAsync(1000)
    expect(times).toEqual([0, 100, 300, 600, 900])
    broken = false
    await vi.advanceTimersByTimeAsync(5000)
    expect(times).toEqual([0, 100, 300, 600, 900, 1200])
    await scheduler.stop()
  })
})
