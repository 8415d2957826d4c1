import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { get, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { archivePath } from '@rbee/registry'
import { sha256Schema } from '@rbee/schema'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AnsweredRequest } from '../answered-request.ts'
import { type RunningServer, startServer } from '../entry/node.ts'

const TOKEN = 'rbee_op_of-the-test'

describe('what is told of requests', () => {
  let dataDir = ''
  let server: RunningServer
  const told: AnsweredRequest[] = []
  let syncAsked = Promise.withResolvers<void>()
  let syncDone = Promise.withResolvers<void>()
  beforeEach(async () => {
    syncAsked = Promise.withResolvers()
    syncDone = Promise.withResolvers()
    dataDir = await mkdtemp(join(tmpdir(), 'rbee-exchange-'))
    told.length = 0
    server = await startServer({
      host: '127.0.0.1',
      port: 0,
      dataDir,
      operatorToken: TOKEN,
      onAnswered: (answered) => told.push(answered),
      catalogSync: () => ({
        async request() {
          syncAsked.resolve()
          await syncDone.promise
          return { status: 'done', changed: false, catalogs: [], failed: [] }
        },
        concernedBy: () => [],
      }),
      log: { info: () => {}, error: () => {} },
      clock: Date.now,
      randomBytes,
    })
  })
  afterEach(async () => {
    await server.close()
    await rm(dataDir, { recursive: true })
  })

  /** An archive as it lies in the store. @returns its address. */
  async function storeArchive(bytes: Uint8Array): Promise<string> {
    const sha256 = sha256Schema.parse(createHash('sha256').update(bytes).digest('hex'))
    const path = join(dataDir, archivePath(sha256))
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, bytes)
    return `${server.url}/v1/blobs/sha256/${sha256}`
  }

  async function converse(text: string): Promise<void> {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
    socket.on('error', () => {})
    socket.resume().write(text)
    await once(socket, 'close')
  }

  it('is what was sent of a download', async () => {
    const url = await storeArchive(randomBytes(3_000_000))
    await (await fetch(url)).arrayBuffer()
    await expect.poll(() => told).toHaveLength(1)
    expect(told[0]).toMatchObject({
      method: 'GET',
      path: new URL(url).pathname,
      route: '/v1/blobs/sha256/:sha256',
      status: 200,
      bytes: 3_000_000,
      client: '127.0.0.1',
      aborted: false,
    })
  })

  it('says where a client left before the end of a download', async () => {
    const url = await storeArchive(randomBytes(30_000_000))
    const asked = get(url, { agent: false })
    asked.on('error', () => {})
    const [response] = (await once(asked, 'response')) as [IncomingMessage]
    response.on('error', () => {})
    await once(response, 'readable')
    asked.destroy()
    await expect.poll(() => told).toHaveLength(1)
    expect(told[0]).toMatchObject({ route: '/v1/blobs/sha256/:sha256', status: 200, aborted: true })
    expect(told[0]?.bytes).toBeLessThan(30_000_000)
    expect(told[0]?.bytes).toBeGreaterThan(0)
  })

  it('tells once of a request that its client did not send to its end', async () => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
    socket.write(`PUT /v1/uploads/x/parts/1 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${TOKEN}\r\n`)
    socket.write('Content-Length: 100\r\n\r\n123')
    await new Promise((resolve) => setTimeout(resolve, 100))
    socket.destroy()
    await expect.poll(() => told).toHaveLength(1)
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(told).toHaveLength(1)
    expect(told[0]).toMatchObject({ method: 'PUT', receivedBytes: 100, bytes: 0, aborted: true, status: 400 })
  })

  it('says where a client left before there was an answer', async () => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
    socket.write(
      `POST /v1/catalog/sync HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${TOKEN}\r\nContent-Length: 0\r\n\r\n`,
    )
    await syncAsked.promise
    socket.destroy()
    await expect.poll(() => told).toHaveLength(1)
    expect(told[0]).toMatchObject({ method: 'POST', status: 499, bytes: 0, aborted: true })
    syncDone.resolve()
  })

  it('names requests that never reached the router', async () => {
    await converse('GET /v1/workers HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n')
    await converse('nonsense\r\n\r\n')
    await expect.poll(() => told).toHaveLength(2)
    expect(told.map(({ route, status, method }) => ({ route, status, method }))).toEqual([
      { route: 'unreadable', status: 400, method: 'GET' },
      { route: 'unreadable', status: 400, method: '-' },
    ])
  })
})
