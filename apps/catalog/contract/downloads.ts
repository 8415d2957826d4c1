import { downloadSchema } from '@rbee/schema'
import { describe, expect, it } from 'vitest'
import type { Samples } from './sample-workers.ts'
import { expectJson, expectProblem, type Opened } from './subject.ts'

export function downloads(subject: Opened, samples: () => Samples): void {
  describe('a download', () => {
    const path = '/v1/workers/echo-worker/1.0.0/download?platform=linux-x86_64'

    it('is a tar.gz of the default variant unless something else is asked for', async () => {
      const { gzip } = samples()
      const response = await subject().fetch(path)
      expect(response.headers.get('vary')).toContain('Accept')
      const download = await expectJson(response, 200, downloadSchema)
      expect(download).toMatchObject({
        worker: 'echo-worker',
        version: '1.0.0',
        variant: 'cpu',
        platform: 'linux-x86_64',
        format: 'tar.gz',
        checksum: `sha256:${gzip.sha256}`,
        size: gzip.size,
        digest: gzip.digest,
        expires_in: null,
      })
      expect(download.download_url).toMatch(/^https?:\/\/[^/]+\/v1\/blobs\/sha256\/[0-9a-f]{64}$/)
    })

    it('comes as tar.zst, through the address of a variant and for the latest version', async () => {
      const address =
        '/v1/workers/echo-worker-cpu/latest/download?platform=linux-x86_64&format=tar.zst&variant=cpu'
      const download = await expectJson(await subject().fetch(address), 200, downloadSchema)
      expect(download).toMatchObject({ version: '1.0.0', checksum: `sha256:${samples().zstd.sha256}` })
    })

    it('redirects to the bytes for who asks for bytes', async () => {
      const response = await subject().fetch(path, {
        headers: { accept: 'application/octet-stream' },
        redirect: 'manual',
      })
      expect(response.status).toBe(302)
      expect(response.headers.get('location')).toMatch(
        new RegExp(`/v1/blobs/sha256/${samples().gzip.sha256}$`),
      )
      await response.arrayBuffer()
    })

    it('is described to who refuses bytes', async () => {
      const accept = 'application/json, application/octet-stream;q=0'
      await expectJson(await subject().fetch(path, { headers: { accept } }), 200, downloadSchema)
    })

    it.each([
      ['/v1/workers/echo-worker/1.0.0/download', 400, 'invalid_platform'],
      ['/v1/workers/echo-worker/1.0.0/download?platform=linux', 400, 'invalid_platform'],
      ['/v1/workers/echo-worker/1.0.0/download?platform=linux-x86_64%00', 400, 'invalid_platform'],
      ['/v1/workers/echo-worker/1.0.0/download?platform=beos-x86_64', 404, 'no_artifact'],
      [`${path}&platform=linux-x86_64`, 400, 'invalid_platform'],
      [`${path}&variant=cuda`, 404, 'no_artifact'],
      [`${path}&variant=..%2f`, 400, 'invalid_variant'],
      [`${path}&format=zip`, 400, 'invalid_format'],
      ['/v1/workers/echo-worker/2.0.0/download?platform=linux-x86_64', 404, 'release_not_found'],
      ['/v1/workers/nobody/1.0.0/download?platform=linux-x86_64', 404, 'worker_not_found'],
      ['/v1/workers/source-worker/latest/download?platform=linux-x86_64', 404, 'no_binary'],
      ['/v1/workers/llm-worker-cuda/0.2.0/download?platform=linux-x86_64', 404, 'no_binary'],
    ])('of %s is refused: %i %s', async (address, status, code) => {
      await expectProblem(await subject().fetch(address), status, code)
    })

    it('names what there is where there is nothing for a platform', async () => {
      const address = '/v1/workers/echo-worker/1.0.0/download?platform=macos-aarch64'
      const problem = await expectProblem(await subject().fetch(address), 404, 'no_artifact')
      expect(problem.available).toEqual([
        { platform: 'linux-x86_64', variant: 'cpu', formats: ['tar.zst', 'tar.gz'] },
      ])
    })
  })

  describe('a blob', () => {
    const address = () => `/v1/blobs/sha256/${samples().gzip.sha256}`
    const etag = () => `"${samples().gzip.sha256}"`
    const get = (headers: Record<string, string> = {}, method = 'GET') =>
      subject().fetch(address(), { method, headers })
    const bytes = async (response: Response) => new Uint8Array(await response.arrayBuffer())

    it('is the bytes, which may be kept forever', async () => {
      const response = await get()
      expect(response.status).toBe(200)
      expect(response.headers.get('etag')).toBe(etag())
      expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
      expect(response.headers.get('accept-ranges')).toBe('bytes')
      expect(response.headers.get('content-length')).toBe(String(samples().gzip.size))
      expect(await bytes(response)).toEqual(samples().gzip.bytes)
    })

    it('has a head', async () => {
      const response = await get({}, 'HEAD')
      expect(response.status).toBe(200)
      expect(response.headers.get('content-length')).toBe(String(samples().gzip.size))
      expect(response.headers.get('etag')).toBe(etag())
      expect(await bytes(response)).toHaveLength(0)
    })

    it.each([
      ['bytes=0-9', 0, 10],
      ['bytes=5-', 5, undefined],
      ['bytes=-4', -4, undefined],
      ['bytes=-999999', 0, undefined],
      ['bytes=3-99999999999999999999', 3, undefined],
    ])('is sent in part for %s', async (range, start, end) => {
      const { gzip } = samples()
      const expected = gzip.bytes.slice(start, end)
      const response = await get({ range })
      expect(response.status).toBe(206)
      const first = start < 0 ? gzip.size + start : start
      expect(response.headers.get('content-range')).toBe(
        `bytes ${first}-${first + expected.length - 1}/${gzip.size}`,
      )
      expect(response.headers.get('content-length')).toBe(String(expected.length))
      expect(await bytes(response)).toEqual(expected)
    })

    it.each(['bytes=0-1,4-5', 'bytes=9-2', 'bytes=', 'bytes=a-b', 'lines=1-2', 'bytes=-', 'bytes=0x1-2'])(
      'is sent whole for %s',
      async (range) => {
        const response = await get({ range })
        expect(response.status).toBe(200)
        expect(await bytes(response)).toEqual(samples().gzip.bytes)
      },
    )

    it.each(['bytes=999999-', 'bytes=999999-1000000', 'bytes=-0'])('has no %s', async (range) => {
      const response = await get({ range })
      expect(response.headers.get('content-range')).toBe(`bytes */${samples().gzip.size}`)
      await expectProblem(response, 416, 'range_not_satisfiable')
    })

    it('is sent whole when If-Range names other bytes', async () => {
      expect(await bytes(await get({ range: 'bytes=0-1', 'if-range': etag() }))).toHaveLength(2)
      for (const other of ['"other"', `W/${etag()}`, 'Sat, 21 Nov 2026 10:00:00 GMT']) {
        const response = await get({ range: 'bytes=0-1', 'if-range': other })
        expect(response.status).toBe(200)
        expect(await bytes(response)).toHaveLength(samples().gzip.size)
      }
    })

    it('is not sent to who has it', async () => {
      const response = await get({ 'if-none-match': etag(), range: 'bytes=0-1' })
      expect(response.status).toBe(304)
      expect(response.headers.get('etag')).toBe(etag())
      expect(await bytes(response)).toHaveLength(0)
    })

    it('is not sent to who asks for other bytes', async () => {
      for (const field of ['"other"', `W/${etag()}`, `"${'0'.repeat(64)}"`]) {
        await expectProblem(await get({ 'if-match': field }), 412, 'precondition_failed')
        const range = await get({ 'if-match': field, range: 'bytes=999999-' })
        await expectProblem(range, 412, 'precondition_failed')
        expect((await get({ 'if-match': field }, 'HEAD')).status).toBe(412)
      }
      for (const field of [etag(), '*', `"other", ${etag()}`]) {
        expect(await bytes(await get({ 'if-match': field }))).toHaveLength(samples().gzip.size)
        expect(await bytes(await get({ 'if-match': field, range: 'bytes=0-1' }))).toHaveLength(2)
      }
      // There is no date of modification that the field could be held against.
      const since = await get({ 'if-unmodified-since': 'Sat, 21 Nov 2020 10:00:00 GMT' })
      expect(await bytes(since)).toHaveLength(samples().gzip.size)
    })

    it('that is not stored is none for who asks for certain bytes either', async () => {
      const absent = await subject().fetch(`/v1/blobs/sha256/${'0'.repeat(64)}`, {
        headers: { 'if-match': '"other"' },
      })
      await expectProblem(absent, 404, 'blob_not_found')
    })

    it.each(['GET', 'HEAD'])('that is not stored is no blob for %s', async (method) => {
      const response = await subject().fetch(`/v1/blobs/sha256/${'0'.repeat(64)}`, { method })
      expect(response.status).toBe(404)
      await response.arrayBuffer()
    })

    it.each(['ABC', '0'.repeat(63), `sha256:${'0'.repeat(64)}`, 'F'.repeat(64)])(
      'is not named %s',
      async (name) => {
        await expectProblem(await subject().fetch(`/v1/blobs/sha256/${name}`), 400, 'invalid_digest')
      },
    )
  })
}
