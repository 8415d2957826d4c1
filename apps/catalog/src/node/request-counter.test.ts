import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { problemSchema } from '@rbee/schema'
import { fakeClock } from '@rbee/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type RunningServer, startServer } from '../entry/node.ts'

describe('a server with limits', () => {
  const clock = fakeClock()
  let dataDir = ''
  let server: RunningServer | null = null
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'rbee-limits-'))
  })
  afterEach(async () => {
    await server?.close()
    await rm(dataDir, { recursive: true })
  })

  async function start(trustProxy = false) {
    server = await startServer({
      host: '127.0.0.1',
      port: 0,
      dataDir,
      rateLimits: { list: 2, detail: 3, pkgbuild: 1, install: 1, oidc: 1, license: 1, page: 1, search: 1 },
      trustProxy,
      log: { info: () => {}, error: () => {} },
      clock,
      randomBytes,
    })
    const { url } = server
    return async (path: string, client = '', init: RequestInit = {}) => {
      const headers = client === '' ? {} : { 'x-forwarded-for': client }
      return fetch(url + path, { ...init, headers: { ...headers, ...init.headers } })
    }
  }
  const statuses = async (asked: readonly Promise<Response>[]) =>
    (await Promise.all(asked)).map(({ status }) => status).toSorted()

  it('answers one request too many with a problem that says when to come back', async () => {
    const ask = await start()
    expect(await statuses([ask('/workers'), ask('/v1/workers?limit=1')])).toEqual([200, 200])
    const origin = 'http://localhost:7836'
    const refused = await ask('/v1/workers', '', { headers: { origin } })
    expect(refused.status).toBe(429)
    expect(refused.headers.get('retry-after')).toBe('60')
    expect(refused.headers.get('cache-control')).toBe('no-store')
    expect(refused.headers.get('access-control-allow-origin')).toBe(origin)
    expect(refused.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
    expect(problemSchema.parse(await refused.json())).toMatchObject({
      status: 429,
      code: 'rate_limited',
      retry_after: 60,
    })
    clock.advance(60_000)
    expect((await ask('/v1/workers')).status).toBe(200)
  })

  it('counts heads and what is not found, each class by itself', async () => {
    const ask = await start()
    const details = ['/v1/workers/x', '/workers/x', '/v1/workers/x/readme', '/v1/workers/x/versions']
    expect(await statuses(details.map((path) => ask(path)))).toEqual([404, 404, 404, 429])
    expect(await statuses([ask('/workers/x/PKGBUILD'), ask('/v1/workers/x/pkgbuild')])).toEqual([404, 429])
    const heads = [1, 2, 3].map(() => ask('/workers', '', { method: 'HEAD' }))
    expect(await statuses(heads)).toEqual([200, 200, 429])
  })

  it('counts statistics and clone addresses with what they are about', async () => {
    const ask = await start()
    const details = [
      '/v1/workers/x/stats',
      '/workers/x/clone-url',
      '/v1/workers/x/clone-url',
      '/v1/workers/x',
    ]
    expect(await statuses(details.map((path) => ask(path)))).toEqual([404, 404, 404, 429])
    const lists = ['/v1/stats/overview', '/workers', '/v1/stats/overview']
    expect(await statuses(lists.map((path) => ask(path)))).toEqual([200, 200, 429])
  })

  it('counts nothing else', async () => {
    const ask = await start()
    const blob = `/v1/blobs/sha256/${'0'.repeat(64)}`
    for (const path of ['/health', '/ready', '/v1/openapi.json', '/v1/catalog/status', blob]) {
      const asked = Array.from({ length: 5 }, () => ask(path))
      expect(await statuses(asked), path).not.toContain(429)
    }
    const preflights = Array.from({ length: 5 }, () => ask('/workers', '', { method: 'OPTIONS' }))
    expect(await statuses(preflights)).toEqual([204, 204, 204, 204, 204])
  })

  it('believes X-Forwarded-For only behind a proxy', async () => {
    const ask = await start()
    const clients = ['192.0.2.1', '192.0.2.2', '192.0.2.3']
    expect(await statuses(clients.map((client) => ask('/workers', client)))).toEqual([200, 200, 429])
  })

  it('takes the last address that the proxy tells, and none that is not one', async () => {
    const ask = await start(true)
    const invented = [1, 2, 3].map((last) => ask('/workers', `203.0.113.${last}, 192.0.2.1`))
    expect(await statuses(invented)).toEqual([200, 200, 429])
    expect((await ask('/workers', '192.0.2.1, 192.0.2.2')).status).toBe(200)
    const network = [1, 2, 3].map((last) => ask('/workers', `2001:db8::${last}`))
    expect(await statuses(network)).toEqual([200, 200, 429])
    const nonsense = ['unknown', '192.0.2.9,', 'x'.repeat(500)].map((client) => ask('/workers', client))
    expect(await statuses(nonsense)).toEqual([200, 200, 429])
  })
})
