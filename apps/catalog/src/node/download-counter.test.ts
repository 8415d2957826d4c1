import type { DownloadMark } from '@rbee/registry'
import { aSha256 } from '@rbee/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type CounterPorts, startDownloadCounter } from './download-counter.ts'

const BYTES = aSha256(1)

/** A counter over a registry that takes down what it is told. */
function aCounter(overrides: Partial<CounterPorts['registry']> = {}) {
  const counted: (readonly DownloadMark[])[] = []
  const logged: string[] = []
  let written = 0
  const counter = startDownloadCounter({
    registry: {
      async countDownloads(marks) {
        counted.push(marks)
      },
      async writeDueStatistics() {
        written += 1
        return 0
      },
      ...overrides,
    },
    mark: async (sha256, client) => ({ day: '2026-01-01', client: `hash of ${client}`, sha256 }),
    log: { info: () => {}, error: (_fields, message) => void logged.push(message) },
  })
  return { counter, counted, logged, written: () => written }
}

describe('a download counter', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('tells all downloads of an interval at once, and each client once', async () => {
    const { counter, counted, written } = aCounter()
    for (const client of ['a', 'b', 'a']) counter.count(BYTES, client)
    expect(counted).toEqual([])
    await vi.advanceTimersByTimeAsync(2_000)
    expect(counted.map((marks) => marks.map(({ client }) => client))).toEqual([['hash of a', 'hash of b']])
    await vi.advanceTimersByTimeAsync(20_000)
    expect(counted).toHaveLength(1)
    expect(written()).toBe(1)
    await counter.stop()
  })

  it('counts what is pending when it stops', async () => {
    const { counter, counted } = aCounter()
    counter.count(BYTES, 'a')
    await counter.stop()
    expect(counted).toHaveLength(1)
  })

  it('keeps what the database did not take, and says so', async () => {
    let works = false
    const taken: (readonly DownloadMark[])[] = []
    const { counter, logged } = aCounter({
      async countDownloads(marks) {
        if (!works) throw new Error('locked')
        taken.push(marks)
      },
    })
    counter.count(BYTES, 'a')
    await vi.advanceTimersByTimeAsync(2_000)
    counter.count(BYTES, 'b')
    works = true
    await vi.advanceTimersByTimeAsync(2_000)
    expect(taken.map((marks) => marks.length)).toEqual([2])
    expect(logged).toEqual(['downloads could not be counted yet'])
    await counter.stop()
  })

  it('writes on while statistics are due, and tries again when that fails', async () => {
    const answers: (number | Error)[] = [200, new Error('disk full'), 5, 0]
    const { counter, logged } = aCounter({
      async writeDueStatistics() {
        const answer = answers.shift() ?? 0
        if (answer instanceof Error) throw answer
        return answer
      },
    })
    await vi.advanceTimersByTimeAsync(20_000)
    expect(answers).toEqual([])
    expect(logged).toEqual(['statistics could not be written yet'])
    await counter.stop()
  })

  it('holds a limited number of downloads, whatever happens', async () => {
    const { counter, counted, logged } = aCounter()
    for (let number = 0; number < 50_010; number += 1) counter.count(BYTES, `client ${number}`)
    await counter.stop()
    expect(counted[0]).toHaveLength(50_000)
    expect(logged).toEqual(['more downloads than can be counted at once'])
  })
})
