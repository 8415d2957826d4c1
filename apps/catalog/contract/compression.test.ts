import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { type IncomingHttpHeaders, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningServer, startServer } from '../src/entry/node.ts'
import { bringSamples, type Samples } from './sample-workers.ts'

// What the server on Node compresses itself, byte by byte. What holds on every runtime stands in http-rules.ts.

const DECODERS = { br: brotliDecompressSync, zstd: zstdDecompressSync, gzip: gunzipSync }
const CODINGS = ['br', 'zstd', 'gzip'] as const
const PAGE = '/worker/llm-worker'

let dataDir = ''
let server: RunningServer
let samples: Samples
const operatorToken = `rbee_op_${randomBytes(32).toString('base64url')}`

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'rbee-compression-'))
  const log = { info: () => {}, error: console.error }
  server = await startServer({
    host: '127.0.0.1',
    port: 0,
    dataDir,
    operatorToken,
    log,
    clock: Date.now,
    randomBytes,
  })
  samples = await bringSamples({
    operatorToken,
    webhookSecret: '',
    queries: () => 0,
    fetch: (path, init) => fetch(server.url + path, init),
    close: () => server.close(),
  })
})
afterAll(async () => {
  await server.close()
  await rm(dataDir, { recursive: true })
})

interface Received {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** Asks without reading what is compressed. */
async function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Received> {
  const sent = request(server.url + path, { method, headers })
  sent.end()
  const [answer] = await once(sent, 'response')
  const chunks: Buffer[] = []
  for await (const chunk of answer) chunks.push(chunk)
  return { status: answer.statusCode, headers: answer.headers, body: Buffer.concat(chunks) }
}

describe.each(CODINGS)('an answer in %s', (coding) => {
  const accepts = { 'accept-encoding': coding }

  it.each([
    PAGE,
    '/',
    '/docs/api',
    '/search?q=worker',
    '/v1/workers',
    '/v1/openapi.json',
    '/sitemaps/pages.xml',
    '/feeds/all.atom',
  ])('of %s has fewer bytes, its own tag and its own length', async (path) => {
    const asItIs = await ask(path)
    expect(asItIs.headers['content-encoding']).toBeUndefined()
    const before = asItIs.body.length
    // The second comes out of memory.
    for (const coded of [await ask(path, accepts), await ask(path, accepts)]) {
      expect(coded.headers['content-encoding']).toBe(coding)
      expect(coded.headers['content-length']).toBe(String(coded.body.length))
      expect(coded.body.length).toBeLessThan(0.7 * before)
      expect(DECODERS[coding](coded.body)).toEqual(asItIs.body)
      expect(coded.headers.etag).toBe(`${asItIs.headers.etag?.slice(0, -1)}-${coding}"`)
      expect(coded.headers.vary).toBe('Origin, Accept-Encoding')
      expect(asItIs.headers.vary).toBe(coded.headers.vary)

      const head = await ask(path, accepts, 'HEAD')
      expect(head.body.length).toBe(0)
      for (const name of ['content-encoding', 'content-length', 'etag', 'vary', 'content-type']) {
        expect(head.headers[name], name).toBe(coded.headers[name])
      }
      const known = await ask(path, { ...accepts, 'if-none-match': coded.headers.etag ?? '' })
      expect(known).toMatchObject({
        status: 304,
        headers: { etag: coded.headers.etag, vary: coded.headers.vary },
      })
      expect(known.headers['content-encoding']).toBeUndefined()
      expect(known.body.length).toBe(0)
      const other = await ask(path, { ...accepts, 'if-match': asItIs.headers.etag ?? '' })
      expect(other.status).toBe(412)
    }
  })
})

describe('answers are as they are', () => {
  const accepts = { 'accept-encoding': 'gzip, br, zstd' }

  it('where they are short, unless the client refuses that', async () => {
    const short = await ask('/robots.txt', accepts)
    expect(short.body.length).toBeLessThan(1024)
    expect(short.headers['content-encoding']).toBeUndefined()
    const coded = await ask('/robots.txt', { 'accept-encoding': 'gzip, identity;q=0' })
    expect(coded.headers['content-encoding']).toBe('gzip')
    expect(gunzipSync(coded.body)).toEqual(short.body)
  })

  it('where they are archives, whole and in ranges', async () => {
    for (const [status, asked] of [
      [200, accepts],
      [206, { ...accepts, range: 'bytes=0-99' }],
    ] as const) {
      const answer = await ask(`/v1/blobs/sha256/${samples.gzip.sha256}`, asked)
      expect(answer.status).toBe(status)
      expect(answer.headers['content-encoding']).toBeUndefined()
      expect(answer.headers.vary).not.toContain('Accept-Encoding')
    }
  })

  it('where they are pictures', async () => {
    const picture = await ask('/og/llm-worker.png', accepts)
    expect(picture).toMatchObject({ status: 200, headers: { 'content-type': 'image/png' } })
    expect(picture.headers['content-encoding']).toBeUndefined()
  })

  it.each([
    ['answers to who sends a token', PAGE, { authorization: `Bearer ${operatorToken}` }],
    ['answers that depend on a token', '/v1/catalog/status', { authorization: `Bearer ${operatorToken}` }],
    ['lists of licences', '/v1/licenses', { authorization: `Bearer ${operatorToken}` }],
    ['failures', '/v1/workers/nobody', {}],
    ['failures as pages', '/worker/nobody', { accept: 'text/html' }],
  ])('where they are %s', async (_what, path, headers) => {
    const answer = await ask(path, { ...accepts, ...headers })
    expect(answer.headers['content-encoding']).toBeUndefined()
  })
})
