import { describe, expect, it } from 'vitest'
import { expectProblem, type Opened } from './subject.ts'

const READ_PATHS = [
  '/',
  '/health',
  '/workers',
  '/workers/llm-worker',
  '/workers/source-worker/PKGBUILD',
  '/v1/workers',
  '/v1/workers/llm-worker',
  '/v1/workers/echo-worker/versions',
  '/v1/workers/echo-worker/1.0.0',
  '/v1/workers/echo-worker/1.0.0/download?platform=linux-x86_64',
  '/v1/workers/llm-worker/readme',
  '/v1/catalog/status',
  '/v1/openapi.json',
  '/docs',
]

export function httpRules(subject: Opened): void {
  describe.each(READ_PATHS.filter((path) => path !== '/health'))('%s', (path) => {
    it('has a strong tag and is not sent again to who names it', async () => {
      const first = await subject().fetch(path)
      const body = await first.text()
      const etag = first.headers.get('etag') ?? ''
      expect(etag).toMatch(/^"[\x21\x23-\x7e]+"$/)
      expect(first.headers.get('cache-control')).toMatch(/^public, max-age=\d+/)

      for (const field of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
        const again = await subject().fetch(path, { headers: { 'if-none-match': field } })
        expect(again.status, field).toBe(304)
        expect(again.headers.get('etag')).toBe(etag)
        expect(again.headers.get('cache-control')).toBe(first.headers.get('cache-control'))
        expect(await again.text()).toBe('')
      }
      const changed = await subject().fetch(path, { headers: { 'if-none-match': '"other", nonsense' } })
      expect(changed.status).toBe(200)
      expect(await changed.text()).toBe(body)
    })

    it('is sent to who asks for its tag, and to nobody who asks for another', async () => {
      const ask = (method: string, field: string) =>
        subject().fetch(path, { method, headers: { 'if-match': field } })
      const etag = (await subject().fetch(path)).headers.get('etag') ?? ''
      for (const field of [etag, '*', `"other", ${etag}`]) {
        expect((await ask('GET', field)).status, field).toBe(200)
      }
      for (const field of ['"other"', `W/${etag}`, '', etag.slice(1)]) {
        await expectProblem(await ask('GET', field), 412, 'precondition_failed')
        expect((await ask('HEAD', field)).status, field).toBe(412)
      }
      const both = { 'if-match': '"other"', 'if-none-match': etag }
      await expectProblem(await subject().fetch(path, { headers: both }), 412, 'precondition_failed')
    })
  })

  describe.each(READ_PATHS)('%s', (path) => {
    it('has a head with the headers of its body', async () => {
      // A runtime that reads a compressed body tells its own length of it.
      const asItIs = { 'accept-encoding': 'identity' }
      const get = await subject().fetch(path, { headers: asItIs })
      const size = (await get.arrayBuffer()).byteLength
      const head = await subject().fetch(path, { method: 'HEAD', headers: asItIs })
      expect(head.status).toBe(200)
      expect((await head.arrayBuffer()).byteLength).toBe(0)
      expect(head.headers.get('content-length')).toBe(String(size))
      for (const name of ['content-type', 'etag', 'cache-control', 'vary']) {
        expect(head.headers.get(name), name).toBe(get.headers.get(name))
      }
    })

    it('carries the headers that protect browsers, and a request id', async () => {
      const response = await subject().fetch(path)
      await response.arrayBuffer()
      expect(response.headers.get('x-content-type-options')).toBe('nosniff')
      expect(response.headers.get('x-frame-options')).toBe('DENY')
      expect(response.headers.get('x-xss-protection')).toBe('1; mode=block')
      expect(response.headers.get('referrer-policy')).toBe('strict-origin-when-cross-origin')
      expect(response.headers.get('permissions-policy')).not.toBeNull()
      expect(response.headers.get('content-security-policy')).toMatch(
        /^default-src 'none';.*frame-ancestors 'none'/,
      )
      expect(response.headers.get('x-request-id')).toMatch(/^[a-z0-9-]+$/)
    })
  })

  // Whether a server compresses is its own affair: Cloudflare does it on the way to the client.
  describe.each(READ_PATHS)('%s', (path) => {
    it.each([
      'br',
      'zstd',
      'gzip',
      'gzip, deflate, br, zstd',
      'br;q=0, gzip',
      '*',
      'identity;q=0',
      'nonsense;;',
    ])('is the same in whatever coding a client accepts: %s', async (accepted) => {
      const asItIs = await subject().fetch(path, { headers: { 'accept-encoding': 'identity' } })
      const text = await asItIs.text()
      expect(asItIs.headers.get('content-encoding')).toBeNull()

      const headers = { 'accept-encoding': accepted }
      const coded = await subject().fetch(path, { headers })
      const coding = coded.headers.get('content-encoding')
      expect(await coded.text()).toBe(text)
      for (const name of ['content-type', 'cache-control', 'vary']) {
        expect(coded.headers.get(name), name).toBe(asItIs.headers.get(name))
      }
      const head = await subject().fetch(path, { method: 'HEAD', headers })
      for (const name of ['content-encoding', 'content-length', 'etag', 'vary']) {
        expect(head.headers.get(name), name).toBe(coded.headers.get(name))
      }
      if (coding === null) return expect(coded.headers.get('etag')).toBe(asItIs.headers.get('etag'))

      expect(coded.headers.get('vary')).toMatch(/(?:^|, )Accept-Encoding(?:,|$)/)
      const [tag, own] = [asItIs.headers.get('etag') ?? '', coded.headers.get('etag') ?? '']
      expect(own).not.toBe(tag)
      const statusOf = async (field: string) =>
        (await subject().fetch(path, { headers: { ...headers, 'if-none-match': field } })).status
      expect(await statusOf(own)).toBe(304)
      expect(await statusOf(tag)).toBe(200)
      const elsewhere = { 'accept-encoding': 'identity', 'if-none-match': own }
      expect((await subject().fetch(path, { headers: elsewhere })).status).toBe(200)
    })

    it('is as it is for who sends a token', async () => {
      const headers = { 'accept-encoding': 'gzip', authorization: `Bearer ${subject().operatorToken}` }
      const response = await subject().fetch(path, { headers })
      await response.arrayBuffer()
      expect(response.headers.get('content-encoding')).toBeNull()
    })
  })

  describe('methods', () => {
    it.each([
      ['POST', '/health', 'GET, HEAD, OPTIONS'],
      ['DELETE', '/v1/workers/llm-worker', 'GET, HEAD, OPTIONS'],
      ['PUT', '/v1/workers/llm-worker/readme', 'GET, HEAD, OPTIONS'],
      ['DELETE', '/v1/workers/llm-worker/1.0.0', 'GET, PUT, HEAD, OPTIONS'],
      ['GET', '/v1/uploads', 'POST, OPTIONS'],
      ['HEAD', '/v1/tokens', 'POST, OPTIONS'],
      ['PATCH', '/v1/uploads/x', 'GET, DELETE, HEAD, OPTIONS'],
      ['PROPFIND', '/workers', 'GET, HEAD, OPTIONS'],
    ])('%s %s is not allowed', async (method, path, allow) => {
      const response = await subject().fetch(path, { method })
      expect(response.headers.get('allow')).toBe(allow)
      if (method === 'HEAD') expect(response.status).toBe(405)
      else await expectProblem(response, 405, 'method_not_allowed')
    })

    it('are told to who asks', async () => {
      const response = await subject().fetch('/v1/workers', { method: 'OPTIONS' })
      expect(response.status).toBe(204)
      expect(response.headers.get('allow')).toBe('GET, HEAD, OPTIONS')
      await response.arrayBuffer()
    })
  })

  describe('other origins', () => {
    const from = (origin: string, init: RequestInit = {}) =>
      subject().fetch('/v1/workers', { ...init, headers: { origin } })

    it.each([
      ...[7836, 8500, 8501, 7843, 7844, 7845, 7822, 7823].map((port) => `http://localhost:${port}`),
      ...['https://rbee.dev', 'https://docs.rbee.dev', 'https://marketplace.rbee.dev'],
    ])('%s may read, without credentials', async (origin) => {
      const response = await from(origin)
      await response.arrayBuffer()
      expect(response.headers.get('access-control-allow-origin')).toBe(origin)
      expect(response.headers.get('access-control-allow-credentials')).toBeNull()
      expect(response.headers.get('vary')).toContain('Origin')
    })

    it.each([
      'https://evil.example',
      'https://rbee.dev.evil.example',
      'https://evil-rbee.dev',
      'http://rbee.dev',
      'https://rbee.dev:443',
      'https://RBEE.dev',
      'http://localhost:7837',
      'http://localhost',
      'null',
      '*',
    ])('%s, which is not on the list, is given nothing', async (origin) => {
      const response = await from(origin)
      await response.arrayBuffer()
      expect(response.headers.get('access-control-allow-origin')).toBeNull()
      expect(response.headers.get('vary')).toContain('Origin')
    })

    it('may ask before they send', async () => {
      const response = await from('https://rbee.dev', { method: 'OPTIONS' })
      await response.arrayBuffer()
      expect(response.status).toBe(204)
      expect(response.headers.get('access-control-allow-methods')).toBe('GET, HEAD, OPTIONS')
      expect(response.headers.get('access-control-allow-headers')).toContain('Content-Type')
    })
  })

  it.each([
    '/nothing',
    '/v1',
    '/v1/',
    '/workers/',
    '/v1/workers/a/b/c/d',
    '/v1/schemas/nothing.json',
    '//workers',
  ])('has nothing at %s', async (path) => {
    await expectProblem(await subject().fetch(path), 404, 'not_found')
  })

  it('is healthy and ready', async () => {
    const health = await (await subject().fetch('/health')).json()
    expect(health).toEqual({
      status: 'ok',
      service: 'worker-catalog',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    })
    expect(await (await subject().fetch('/ready')).json()).toEqual({ status: 'ready' })
  })

  it('shows no metrics unless it was asked to', async () => {
    const problem = await expectProblem(await subject().fetch('/metrics'), 404, 'metrics_unavailable')
    expect(problem.next).toMatch(/--metrics|analytics/)
  })
}
