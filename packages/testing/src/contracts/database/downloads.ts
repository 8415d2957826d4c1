import type { Database, DownloadMark } from '@rbee/registry'
import type { Sha256 } from '@rbee/schema'
import { expect, it } from 'vitest'
import {
  aDigest,
  aManifest,
  anArchive,
  anArtifact,
  aReleaseInput,
  aSha256,
  aWorkerId,
} from '../../builders.ts'
import { aNameRow, aReleaseRow, aWorkerRow } from '../../rows.ts'

const DAY = '2026-01-01'
const NOW = Date.UTC(2026, 0, 1, 12)
const ECHO = aWorkerId('echo-worker')
const OTHER = aWorkerId('other-worker')
/** Both archives of one artifact, and the archive of another variant. */
const [ZSTD, GZIP, CUDA] = [aSha256(11), aSha256(12), aSha256(13)]

const mark = (client: string, sha256: Sha256, day = DAY): DownloadMark => ({ day, client, sha256 })

export function downloads(fresh: () => Promise<Database>): void {
  async function published(): Promise<Database> {
    const db = await fresh()
    await publish(db, 'echo-worker', '1.0.0', [ZSTD, GZIP], [CUDA])
    return db
  }

  it('are null before the first one', async () => {
    const db = await published()
    expect(await db.getDownloads(ECHO, DAY)).toBeNull()
    expect(await db.getAllDownloads(10, DAY)).toEqual({ downloads: 0, updatedAt: null, top: [], days: [] })
    expect(await db.listDueStatistics(10)).toEqual([])
  })

  it('count each client once per day and artifact, whatever its format', async () => {
    const db = await published()
    await db.countDownloads([mark('a', ZSTD), mark('a', ZSTD), mark('a', GZIP), mark('b', GZIP)], NOW)
    await db.countDownloads([mark('a', ZSTD), mark('a', CUDA), mark('a', ZSTD, '2026-01-02')], NOW + 1)
    const artifact = { version: '1.0.0', platform: 'linux-x86_64' }
    expect(await db.getDownloads(ECHO, DAY)).toEqual({
      downloads: 4,
      updatedAt: NOW + 1,
      artifacts: [
        { ...artifact, variant: 'cpu', downloads: 3 },
        { ...artifact, variant: 'cuda', downloads: 1 },
      ],
      days: [
        { day: DAY, downloads: 3 },
        { day: '2026-01-02', downloads: 1 },
      ],
    })
    expect((await db.getDownloads(ECHO, '2026-01-02'))?.days).toEqual([{ day: '2026-01-02', downloads: 1 }])
  })

  it('of bytes that no release names are none', async () => {
    const db = await published()
    await db.countDownloads([mark('a', aSha256(99))], NOW)
    expect(await db.getAllDownloads(10, DAY)).toMatchObject({ downloads: 0 })
  })

  it('belong to the release that named the bytes first', async () => {
    const db = await published()
    await publish(db, 'other-worker', '1.0.0', [ZSTD], [aSha256(21)])
    await db.countDownloads([mark('a', ZSTD), mark('b', aSha256(21))], NOW)
    expect(await db.getDownloads(ECHO, DAY)).toMatchObject({ downloads: 1 })
    expect(await db.getDownloads(OTHER, DAY)).toMatchObject({
      downloads: 1,
      artifacts: [{ variant: 'cuda', downloads: 1 }],
    })
  })

  it('that rose name the most surprising first, and no small numbers', async () => {
    const db = await fresh()
    const [week, weeksBefore, long] = ['2026-03-10', '2026-02-20', '2026-01-01']
    const counts: [id: string, recent: number, before: number, past?: number][] = [
      ['steady-worker', 250, 1000],
      ['doubled-worker', 60, 120],
      ['new-worker', 14, 0],
      ['chance-worker', 270, 1000],
      ['small-worker', 9, 0],
      ['falling-worker', 20, 400],
      ['known-worker', 14, 0, 5000],
    ]
    let sha = 100
    for (const [id, recent, before, past = 0] of counts) {
      sha += 2
      await publish(db, id, '1.0.0', [aSha256(sha)], [aSha256(sha + 1)])
      const marks = ([day, count]: [string, number]) =>
        Array.from({ length: count }, (_, client) => mark(`${client}`, aSha256(sha), day))
      const days: [string, number][] = [
        [week, recent],
        [weeksBefore, before],
        [long, past],
      ]
      await db.countDownloads(days.flatMap(marks), NOW)
    }
    const rules = { from: '2026-03-04', since: '2026-02-04', ratio: 4, floor: 10, deviations: 2 }
    expect(await db.listRising(9, rules)).toEqual([
      { worker: 'doubled-worker', downloads: 60, before: 120 },
      { worker: 'known-worker', downloads: 14, before: 0 },
      { worker: 'new-worker', downloads: 14, before: 0 },
    ])
    expect(await db.listRising(1, rules)).toHaveLength(1)
    expect(await db.listRising(9, { ...rules, from: '2026-03-11' })).toEqual([])
  })

  it('of all workers name those with the most', async () => {
    const db = await published()
    await publish(db, 'other-worker', '1.0.0', [aSha256(21)], [aSha256(22)])
    await db.countDownloads([mark('a', ZSTD), mark('b', ZSTD), mark('a', aSha256(21))], NOW)
    expect(await db.getAllDownloads(10, DAY)).toEqual({
      downloads: 3,
      updatedAt: NOW,
      top: [
        { worker: ECHO, downloads: 2 },
        { worker: OTHER, downloads: 1 },
      ],
      days: [{ day: DAY, downloads: 3 }],
    })
    expect((await db.getAllDownloads(1, '2026-01-02')).top).toHaveLength(1)
  })

  it('are due until they are documented, also when more come meanwhile', async () => {
    const db = await published()
    await db.countDownloads([mark('a', ZSTD)], NOW)
    expect(await db.listDueStatistics(10)).toEqual([ECHO])
    await db.countDownloads([mark('b', ZSTD)], NOW)
    await db.saveDocumentedDownloads(ECHO, 1)
    expect(await db.listDueStatistics(10)).toEqual([ECHO])
    await db.saveDocumentedDownloads(ECHO, 2)
    expect(await db.listDueStatistics(10)).toEqual([])
  })

  it('stay when the clients are forgotten', async () => {
    const db = await published()
    await db.countDownloads([mark('a', ZSTD), mark('a', ZSTD, '2026-01-02')], NOW)
    await db.forgetClients('2026-01-02')
    expect(await db.getDownloads(ECHO, DAY)).toMatchObject({ downloads: 2 })
    await db.countDownloads([mark('a', ZSTD, '2026-01-02')], NOW)
    expect(await db.getDownloads(ECHO, DAY)).toMatchObject({ downloads: 2 })
  })

  it('are counted in thousands at once', async () => {
    const db = await published()
    const marks = Array.from({ length: 6_000 }, (_, number) => mark(`client-${number}`, GZIP))
    await db.countDownloads([...marks, ...marks], NOW)
    expect(await db.getAllDownloads(1, DAY)).toMatchObject({ downloads: 6_000 })
  })
}

async function publish(
  db: Database,
  id: string,
  version: string,
  cpu: readonly Sha256[],
  cuda: readonly Sha256[],
): Promise<void> {
  const archives = (digests: readonly Sha256[]) =>
    digests.map((sha256, index) => anArchive({ sha256, format: index === 0 ? 'tar.zst' : 'tar.gz' }))
  const manifest = aManifest({ id, build: { features: ['cpu', 'cuda'], default_feature: 'cpu' } })
  const input = aReleaseInput({
    manifest,
    version,
    artifacts: [
      anArtifact({ digest: aDigest(31), archives: archives(cpu) }),
      anArtifact({ variant: 'cuda', digest: aDigest(32), archives: archives(cuda) }),
    ],
  })
  const worker = aWorkerId(id)
  await db.insertRelease(aWorkerRow({ id: worker }), [aNameRow({ name: id, worker })], aReleaseRow({ input }))
}
