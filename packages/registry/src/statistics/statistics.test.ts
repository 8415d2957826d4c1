import { openSqliteDatabase } from '@rbee/db/sqlite'
import { statisticsTotalsSchema, workerStatisticsSchema } from '@rbee/schema'
import {
  aNameRow,
  anArchive,
  anArtifact,
  aRegistry,
  aReleaseInput,
  aReleaseRow,
  aSha256,
  aWorkerId,
  aWorkerRow,
  fakeRandomBytes,
  memoryDocumentStore,
} from '@rbee/testing'
import { describe, expect, it } from 'vitest'
import { readJson } from '../documents/json-bytes.ts'
import type { RegistryPorts } from '../registry.ts'
import { createDownloadMarker } from './download-marker.ts'

const ECHO = aWorkerId('echo-worker')
const BYTES = aSha256(11)
const DAY_MS = 86_400_000

/** A registry with one release, whose archive is {@link BYTES}. */
async function published(overrides: Partial<RegistryPorts> = {}) {
  const opened = aRegistry(openSqliteDatabase(':memory:'), overrides)
  const input = aReleaseInput({ artifacts: [anArtifact({ archives: [anArchive({ sha256: BYTES })] })] })
  await opened.ports.database.insertRelease(aWorkerRow(), [aNameRow()], aReleaseRow({ input }))
  return { ...opened, mark: createDownloadMarker(opened.ports) }
}

async function statisticsOf({ documents }: RegistryPorts) {
  const worker = await documents.get({ kind: 'stats', id: ECHO })
  const totals = await documents.get({ kind: 'stats-overview' })
  return {
    worker: worker && workerStatisticsSchema.parse(readJson(worker.body)),
    totals: totals && statisticsTotalsSchema.parse(readJson(totals.body)),
  }
}

describe('a mark', () => {
  it('is the same for one client on one day, on every server of the catalog', async () => {
    const { mark, ports } = await published()
    const other = createDownloadMarker({ ...ports, randomBytes: fakeRandomBytes(2) })
    const first = await mark(BYTES, '192.0.2.1')
    expect(first).toEqual({ day: '2026-01-01', client: expect.stringMatching(/^[\w-]{22}$/), sha256: BYTES })
    expect(await other(BYTES, '192.0.2.1')).toEqual(first)
    expect((await mark(BYTES, '192.0.2.2')).client).not.toBe(first.client)
  })

  it('has a key of its own on each day, and the old one is gone', async () => {
    const { mark, ports, clock } = await published()
    const first = await mark(BYTES, '192.0.2.1')
    const before = await ports.documents.get({ kind: 'download-salt' })
    clock.advance(DAY_MS)
    const second = await mark(BYTES, '192.0.2.1')
    expect(second.day).toBe('2026-01-02')
    expect(second.client).not.toBe(first.client)
    const after = await ports.documents.get({ kind: 'download-salt' })
    expect(after?.body).not.toEqual(before?.body)
  })

  it('has one key when many servers make the first one at once', async () => {
    const { ports } = await published()
    const marks = await Promise.all(
      Array.from({ length: 10 }, (_, seed) =>
        createDownloadMarker({ ...ports, randomBytes: fakeRandomBytes(seed + 5) })(BYTES, '192.0.2.1'),
      ),
    )
    expect(new Set(marks.map(({ client }) => client)).size).toBe(1)
  })

  it('is made again after a store that did not answer', async () => {
    const documents = memoryDocumentStore()
    let working = false
    const flaky = {
      ...documents,
      get: (...key: Parameters<typeof documents.get>) =>
        working ? documents.get(...key) : Promise.reject(new Error('no answer')),
    }
    const { mark } = await published({ documents: flaky })
    await expect(mark(BYTES, '192.0.2.1')).rejects.toThrow('no answer')
    working = true
    expect(await mark(BYTES, '192.0.2.1')).toMatchObject({ sha256: BYTES })
  })
})

describe('statistics', () => {
  it('are written for the worker and for all together', async () => {
    const { registry, ports, mark } = await published()
    const marks = await Promise.all([mark(BYTES, 'a'), mark(BYTES, 'a'), mark(BYTES, 'b')])
    await registry.countDownloads(marks)
    expect(await registry.writeDueStatistics()).toBe(1)
    const days = [{ day: '2026-01-01', downloads: 2 }]
    const last_updated = '2026-01-01T00:00:00.000Z'
    expect(await statisticsOf(ports)).toEqual({
      worker: {
        worker: ECHO,
        downloads: 2,
        stars: 0,
        last_updated,
        versions: [{ version: '1.0.0', downloads: 2 }],
        variants: [{ variant: 'cpu', downloads: 2 }],
        platforms: [{ platform: 'linux-x86_64', downloads: 2 }],
        days,
      },
      totals: {
        downloads: 2,
        stars: 0,
        last_updated,
        top: [{ worker: ECHO, downloads: 2, url: '/v1/workers/echo-worker' }],
        rising: [],
        rising_at: last_updated,
        days,
      },
    })
    expect(await registry.writeDueStatistics()).toBe(0)
  })

  it('say what rises for a quarter of an hour, and end to say so without downloads too', async () => {
    const { registry, ports, mark, clock } = await published()
    const download = async (clients: number) => {
      const marks = Array.from({ length: clients }, (_, client) => mark(BYTES, `client-${client}`))
      await registry.countDownloads(await Promise.all(marks))
      await registry.writeDueStatistics()
    }
    const rising = async () => (await statisticsOf(ports)).totals?.rising.map(({ downloads }) => downloads)
    await download(9)
    expect(await rising()).toEqual([])
    clock.advance(15 * 60_000)
    await download(12)
    expect(await rising()).toEqual([12])
    await download(14)
    expect(await rising()).toEqual([12])
    clock.advance(6 * DAY_MS)
    await registry.writeDueStatistics()
    expect(await rising()).toEqual([14])
    clock.advance(DAY_MS)
    await registry.writeDueStatistics()
    expect(await rising()).toEqual([])
  })

  it('are written later when the store did not take them', async () => {
    const documents = memoryDocumentStore()
    let working = true
    const flaky = {
      ...documents,
      put: (...args: Parameters<typeof documents.put>) =>
        working || args[0].kind !== 'stats-overview'
          ? documents.put(...args)
          : Promise.reject(new Error('no')),
    }
    const { registry, ports, mark } = await published({ documents: flaky })
    await registry.countDownloads([await mark(BYTES, 'a')])
    working = false
    await expect(registry.writeDueStatistics()).rejects.toThrow('no')
    working = true
    expect(await registry.writeDueStatistics()).toBe(1)
    expect((await statisticsOf(ports)).totals?.downloads).toBe(1)
  })

  it('are written anew where the documents are gone, and the rows are not', async () => {
    const before = await published()
    await before.registry.countDownloads([await before.mark(BYTES, 'a')])
    await before.registry.writeDueStatistics()
    const { registry, ports } = aRegistry(before.ports.database)
    expect(await registry.writeDueStatistics()).toBe(0)
    await registry.restoreLostRows()
    expect(await registry.writeDueStatistics()).toBe(1)
    expect(await statisticsOf(ports)).toEqual(await statisticsOf(before.ports))
    await registry.restoreLostRows()
    expect(await registry.writeDueStatistics()).toBe(0)
  })

  it('keep only the latest days apart, and all in the sum', async () => {
    const { registry, ports, mark, clock } = await published()
    await registry.countDownloads([await mark(BYTES, 'a')])
    clock.advance(90 * DAY_MS)
    await registry.countDownloads([await mark(BYTES, 'a')])
    await registry.writeDueStatistics()
    const { worker, totals } = await statisticsOf(ports)
    expect(worker).toMatchObject({ downloads: 2, days: [{ day: '2026-04-01', downloads: 1 }] })
    expect(totals).toMatchObject({ downloads: 2, days: [{ day: '2026-04-01', downloads: 1 }] })
  })

  it('leave out what took longer than a day to be told', async () => {
    const { registry, ports, mark, clock } = await published()
    const late = await mark(BYTES, 'a')
    clock.advance(DAY_MS)
    await registry.countDownloads([late])
    clock.advance(DAY_MS)
    await registry.countDownloads([late, { ...late, client: 'other' }])
    await registry.writeDueStatistics()
    expect((await statisticsOf(ports)).worker?.downloads).toBe(1)
  })
})

it('the sweep forgets clients and keys of past days, and no count', async () => {
  const { registry, ports, mark, clock } = await published()
  const first = await mark(BYTES, 'a')
  await registry.countDownloads([first])
  await registry.sweep()
  expect(await ports.documents.get({ kind: 'download-salt' })).not.toBeNull()
  clock.advance(DAY_MS)
  await registry.sweep()
  expect(await ports.documents.get({ kind: 'download-salt' })).toBeNull()
  // Marks of the day before may still arrive, and are known.
  await registry.countDownloads([first])
  await registry.writeDueStatistics()
  expect((await statisticsOf(ports)).worker?.downloads).toBe(1)
})
