import { statisticsOverviewSchema, workerStatisticsSchema } from '@rbee/schema'
import { aManifest, aReleaseInput, artifactOf, type PackedArchive, packedArchive } from '@rbee/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { publish, type Samples, sendArchive } from './sample-workers.ts'
import { expectJson, expectProblem, type Opened } from './subject.ts'

const WORKER = 'counted-worker'
const PATH = `/v1/workers/${WORKER}/stats`

export function statistics(subject: Opened, samples: () => Samples): void {
  const of = async (path = PATH) => expectJson(await subject().fetch(path), 200, workerStatisticsSchema)
  const overview = async () =>
    expectJson(await subject().fetch('/v1/stats/overview'), 200, statisticsOverviewSchema)
  /** Fetches an archive from a test's own address, where the runtime believes what stands in the request. */
  const download = async (
    { sha256 }: PackedArchive,
    headers: Record<string, string> = {},
    method = 'GET',
  ) => {
    const response = await subject().fetch(`/v1/blobs/sha256/${sha256}`, {
      method,
      headers: { 'cf-connecting-ip': '192.0.2.7', ...headers },
    })
    await response.arrayBuffer()
    return response.status
  }
  /** Counting runs beside the requests. */
  const becomes = (downloads: number) =>
    expect.poll(async () => (await of()).downloads, { timeout: 15_000, interval: 100 }).toBe(downloads)

  describe('statistics', () => {
    let [zstd, gzip, cuda]: PackedArchive[] = []
    beforeAll(async () => {
      const files = { [`bin/${WORKER}`]: 'counted' }
      zstd = await packedArchive(files, 'tar.zst')
      gzip = await packedArchive(files, 'tar.gz')
      cuda = await packedArchive({ [`bin/${WORKER}`]: 'counted, with CUDA' })
      for (const packed of [zstd, gzip, cuda]) await sendArchive(subject(), samples().publishToken, packed)
      const manifest = aManifest({ id: WORKER, build: { features: ['cpu', 'cuda'], default_feature: 'cpu' } })
      const artifacts = [artifactOf([zstd, gzip]), artifactOf([cuda], { variant: 'cuda' })]
      await publish(subject(), samples().publishToken, aReleaseInput({ manifest, artifacts }))
    })
    const packed = () => {
      if (!zstd || !gzip || !cuda) throw new Error('The worker is not published yet')
      return { zstd, gzip, cuda }
    }

    it('begin at nothing', async () => {
      const response = await subject().fetch(PATH)
      expect(response.headers.get('cache-control')).toBe('public, max-age=300, stale-while-revalidate=3300')
      expect(response.headers.get('etag')).toMatch(/^"[^"]+"$/)
      expect(await expectJson(response, 200, workerStatisticsSchema)).toMatchObject({
        worker: WORKER,
        downloads: 0,
        stars: 0,
        versions: [],
        last_updated: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T/),
      })
    })

    it('count a client once for each artifact, and nothing that is no download', async () => {
      const before = (await overview()).downloads
      const { zstd, gzip, cuda } = packed()
      const uncounted: [number, Record<string, string>, string?][] = [
        [200, {}, 'HEAD'],
        [206, { range: 'bytes=1-' }],
        [206, { range: 'bytes=-1' }],
        [416, { range: 'bytes=99999999-' }],
        [304, { 'if-none-match': `"${cuda.sha256}"` }],
        [200, { authorization: `Bearer ${samples().publishToken}` }],
        [200, { 'user-agent': 'ExampleBot/1.0 (+https://bot.example)' }],
        [200, { 'sec-purpose': 'prefetch' }],
      ]
      for (const [status, headers, method] of uncounted) {
        expect(await download(cuda, headers, method)).toBe(status)
      }
      const location = `/v1/workers/${WORKER}/latest/download?platform=linux-x86_64`
      const redirect = await subject().fetch(location, {
        headers: { accept: 'application/octet-stream' },
        redirect: 'manual',
      })
      expect(redirect.status).toBe(302)
      await redirect.arrayBuffer()
      for (const [archive, headers] of [
        [zstd, { range: 'bytes=0-0' }],
        [zstd, { range: 'bytes=1-' }],
        [zstd, {}],
        [zstd, { authorization: 'Bearer rbee_lic_of-a-buyer' }],
        [gzip, {}],
      ] as const) {
        expect(await download(archive, headers)).toBeLessThan(300)
      }
      await becomes(1)
      expect(await download(cuda, { range: 'bytes=0-' })).toBe(206)
      await becomes(2)

      const figures = await of()
      expect(figures).toMatchObject({
        versions: [{ version: '1.0.0', downloads: 2 }],
        platforms: [{ platform: 'linux-x86_64', downloads: 2 }],
        days: [{ day: figures.last_updated.slice(0, 10), downloads: 2 }],
      })
      expect(figures.variants).toEqual(
        expect.arrayContaining([
          { variant: 'cpu', downloads: 1 },
          { variant: 'cuda', downloads: 1 },
        ]),
      )
      expect(await of(`/v1/workers/${WORKER}-cuda/stats`)).toEqual(figures)
      // Written after those of the workers; downloads of other tests may have been counted meanwhile.
      await expect.poll(async () => (await overview()).downloads).toBeGreaterThanOrEqual(before + 2)
      const all = await overview()
      expect(all.rising_at).toMatch(/^\d{4}-\d{2}-\d{2}T/)
      expect(all.workers).toBeGreaterThan(2)
      expect(all.top).toContainEqual({ worker: WORKER, downloads: 2, url: `/v1/workers/${WORKER}` })
    })

    it.each([
      ['/v1/workers/nobody/stats', 404, 'worker_not_found'],
      ['/v1/workers/NOBODY/stats', 400, 'invalid_id'],
    ])('of %s are none', async (path, status, code) => {
      await expectProblem(await subject().fetch(path), status, code)
    })
  })
}
