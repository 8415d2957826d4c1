import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApp } from '../src/app.ts'
import { type RunningServer, startServer } from '../src/entry/node.ts'
import { DEFAULT_ALLOWED_ORIGINS } from '../src/http/headers.ts'
import { createKeptAnswers, type KeptAnswers } from '../src/http/kept-answers.ts'
import { createRateLimiter } from '../src/http/rate-limiter.ts'
import { createCompress } from '../src/node/compress.ts'
import { type Listener, listen } from '../src/node/listener.ts'
import { ROUTES } from '../src/router.ts'
import { DEFAULT_RATE_LIMITS } from '../src/settings.ts'
import { bringSamples } from './sample-workers.ts'
import type { Subject } from './subject.ts'

// Answers out of memory are an optimisation: nobody may be able to tell them from answers that were made anew.

const TARGETS = [
  '/workers',
  '/workers/llm-worker',
  '/workers/llm-worker-cuda',
  '/workers/source-worker/PKGBUILD',
  '/workers/nobody',
  '/v1/workers',
  '/v1/workers?limit=1',
  '/v1/workers?limit=1&limit=2',
  '/v1/workers?limit=0',
  '/v1/workers/llm-worker',
  '/v1/workers/llm-worker?',
  '/v1/workers/llm-worker?x=%zz',
  '/v1/workers/llm%2Dworker',
  '/v1/workers/./llm-worker',
  '/v1/workers/nobody/../llm-worker',
  '/v1/workers/llm-worker/',
  '/v1/workers/llm-worker-rbee-cpu',
  '/v1/workers/cpu',
  '/v1/workers/nobody',
  '/v1/workers/UPPER',
  '/v1/workers/llm-worker/versions',
  '/v1/workers/llm-worker/readme',
  '/v1/workers/source-worker/readme',
  '/v1/workers/source-worker/pkgbuild',
  '/v1/workers/echo-worker/pkgbuild',
  '/v1/workers/echo-worker/srcinfo?build=prod',
  '/v1/workers/echo-worker/formula',
  '/pkgbuilds/arch/echo-worker-bin.PKGBUILD',
  '/v1/workers/echo-worker/1.0.0',
  '/v1/workers/echo-worker/latest',
  '/v1/workers/echo-worker/1.0.0/download?platform=linux-x86_64',
  '/v1/catalog/status',
  '/health',
  '/',
  '/search?q=echo',
  '/worker/llm-worker',
  '/worker/nobody',
  '/assets/nothing.css',
  '/nothing-here',
]
const HEADERS: readonly (readonly string[])[] = [
  [],
  ['Origin: https://rbee.dev'],
  ['Origin: https://evil.example'],
  ['Origin: https://rbee.dev', 'Origin: https://evil.example'],
  ['If-Match: *'],
  ['If-Match: "other"'],
  ['If-None-Match: *'],
  ['If-None-Match: "other", "another"'],
  ['If-None-Match: "other"', 'If-None-Match: *'],
  ['Accept-Encoding: gzip, br, zstd'],
  ['Accept-Encoding: gzip'],
  ['Accept-Encoding: gzip', 'If-None-Match: *'],
  ['Accept-Encoding: gzip, identity;q=0'],
  ['Accept-Encoding: gzip', 'Authorization: Bearer rbee_pub_nonsense'],
  ['Accept: application/octet-stream'],
  ['Accept: text/html', 'If-Match: "other"'],
  ['Range: bytes=0-1'],
  ['Authorization: Bearer rbee_pub_nonsense'],
  ['Content-Length: 2', '', '{}'],
  ['X-Request-Id: chosen-by-the-client'],
]

let dataDir = ''
let server: RunningServer
let subject: Subject
let hits = 0
const kept = createKeptAnswers({ maxBytes: 2 ** 26 })
const counting: KeptAnswers = {
  get revision() {
    return kept.revision
  },
  find(address) {
    const found = kept.find(address)
    if (found) hits += 1
    return found
  },
  findCoded: kept.findCoded,
  keep: kept.keep,
  keepCoded: kept.keepCoded,
  forgetAll: kept.forgetAll,
}
const listeners: Listener[] = []

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'rbee-kept-'))
  const operatorToken = `rbee_op_${randomBytes(32).toString('base64url')}`
  const log = { info: () => {}, error: console.error }
  const surroundings = { log, clock: Date.now, randomBytes }
  server = await startServer({ host: '127.0.0.1', port: 0, dataDir, operatorToken, ...surroundings })
  subject = {
    operatorToken,
    webhookSecret: '',
    queries: () => 0,
    fetch: (path, init) => fetch(server.url + path, init),
    close: () => server.close(),
  }
  await bringSamples(subject)
})
afterAll(async () => {
  await Promise.all(listeners.map((listener) => listener.close(0)))
  await subject.close()
  await rm(dataDir, { recursive: true })
})

/** A listener in front of the same catalog. */
async function open(keptAnswers: KeptAnswers | null): Promise<Listener> {
  const log = { info: () => {}, error: console.error }
  const rules = { nextId: () => 'an-id', trustProxy: false, onAnswered: () => {}, log }
  const listener = await listen('127.0.0.1', 0, rules)
  listeners.push(listener)
  const limits = { ...DEFAULT_RATE_LIMITS, list: 10_000, detail: 10_000, pkgbuild: 10_000 }
  const app = createApp({
    registry: server.registry,
    reader: server.reader,
    search: server.search,
    archiveLinks: null,
    settings: {
      publicUrl: null,
      allowedOrigins: DEFAULT_ALLOWED_ORIGINS,
      version: '1.0.0',
      githubWebhookSecret: null,
      reportTo: null,
    },
    ensurePrograms: async () => {},
    catalogSync: null,
    exchangeOf: listener.exchangeOf,
    countRequest: createRateLimiter(limits, Date.now).count,
    countDownload: null,
    keptAnswers,
    compress: createCompress(100),
    packageRepositories: null,
    sourceRepositories: null,
    metadata: { repository: { adopt: async () => {}, status: async () => null }, takesRoots: false },
    metrics: { readers: 'off', instead: '' },
    isStopping: () => false,
    log,
  })
  listener.serve(app)
  return listener
}

/** All bytes of the answer, except the date. */
async function exchange({ url }: Listener, method: string, target: string, fields: readonly string[]) {
  const { port } = new URL(url)
  const [head, body = ''] = [[], ...[fields.join('\r\n').split('\r\n\r\n')]].flat()
  const socket = connect(Number(port), '127.0.0.1')
  socket.write(`${method} ${target} HTTP/1.1\r\nHost: catalog.test\r\nConnection: close\r\n`)
  socket.write(`${head === '' ? '' : `${head}\r\n`}\r\n${body}`)
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  await once(socket, 'close')
  return Buffer.concat(chunks)
    .toString('latin1')
    .replace(/^Date: .*\r\n/im, '')
}

describe('an answer out of memory', () => {
  it.each(TARGETS)('is the one that %s has without', async (target) => {
    const without = await open(null)
    const withMemory = await open(counting)
    await exchange(withMemory, 'GET', target, [])
    for (const fields of HEADERS) {
      for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS']) {
        const expected = await exchange(without, method, target, fields)
        expect(expected).toMatch(/^HTTP\/1\.1 \d/)
        expect(await exchange(withMemory, method, target, fields), `${method} ${fields}`).toBe(expected)
      }
    }
  })

  it('is what every route gives that says it depends on documents alone', async () => {
    const listener = await open(counting)
    const addresses = Object.entries(ROUTES)
      .filter(([, { GET }]) => GET?.dependsOn === 'documents' || GET?.dependsOn === 'program')
      .map(([route]) => route.replace(':id', 'source-worker').replace(':version', 'latest'))
    expect(addresses.length).toBeGreaterThan(6)
    for (const address of addresses) {
      const first = await exchange(listener, 'GET', address, [])
      // Large lists are streamed, and workers need not have every document.
      if (!first.startsWith('HTTP/1.1 200') || /^transfer-encoding/im.test(first)) continue
      hits = 0
      await exchange(listener, 'GET', address, [])
      expect(hits, address).toBe(1)
    }
  })

  it('is counted as any other', async () => {
    const limited = await startServer({
      host: '127.0.0.1',
      port: 0,
      dataDir: join(dataDir, 'limited'),
      rateLimits: { ...DEFAULT_RATE_LIMITS, list: 3 },
      log: { info: () => {}, error: console.error },
      clock: Date.now,
      randomBytes,
    })
    const statuses: number[] = []
    for (let count = 0; count < 5; count += 1) {
      const response = await fetch(`${limited.url}/v1/workers`)
      await response.arrayBuffer()
      statuses.push(response.status)
    }
    await limited.close()
    expect(statuses).toEqual([200, 200, 200, 429, 429])
  })
})
