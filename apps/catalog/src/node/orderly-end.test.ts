import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UPLOAD_PART_BYTES, uploadStateSchema } from '@rbee/schema'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type NodeServerSettings, type RunningServer, startServer } from '../entry/node.ts'

const TOKEN = 'rbee_op_of-the-test'

describe('a server that is told to stop', () => {
  let dataDir = ''
  let server: RunningServer
  const sockets: Socket[] = []
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'rbee-stop-'))
  })
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy()
    await rm(dataDir, { recursive: true })
  })

  async function start(overrides: Partial<NodeServerSettings> = {}): Promise<void> {
    server = await startServer({
      host: '127.0.0.1',
      port: 0,
      dataDir,
      operatorToken: TOKEN,
      log: { info: () => {}, error: () => {} },
      clock: Date.now,
      randomBytes,
      ...overrides,
    })
  }

  /** A connection, with all that it received so far. */
  async function open(): Promise<{ socket: Socket; received: () => string; closed: Promise<unknown> }> {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
    sockets.push(socket)
    await once(socket, 'connect')
    let text = ''
    socket.setEncoding('utf8').on('data', (more: string) => {
      text += more
    })
    socket.on('error', () => {})
    return { socket, received: () => text, closed: once(socket, 'close') }
  }

  async function openUpload(bytes: Uint8Array): Promise<string> {
    const response = await fetch(`${server.url}/v1/uploads`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', connection: 'close' },
      body: JSON.stringify({
        format: 'tar.gz',
        sha256: createHash('sha256').update(bytes).digest('hex'),
        size: bytes.length,
        digest: `sha256:${'0'.repeat(64)}`,
      }),
    })
    return uploadStateSchema.parse(await response.json()).upload_id ?? ''
  }

  const head = (path: string, length: number) =>
    `PUT ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${TOKEN}\r\nContent-Length: ${length}\r\n\r\n`

  it('finishes a part of an upload that arrives slowly, and stores it', async () => {
    await start()
    const bytes = randomBytes(UPLOAD_PART_BYTES)
    const upload = await openUpload(bytes)
    const { socket, received, closed } = await open()
    socket.write(head(`/v1/uploads/${upload}/parts/1`, bytes.length))
    socket.write(bytes.subarray(0, 1000))
    await new Promise((resolve) => setTimeout(resolve, 50))
    const stopped = server.close()
    const slices = 8
    for (let slice = 0; slice < slices; slice += 1) {
      await new Promise((resolve) => setTimeout(resolve, 50))
      const size = (bytes.length - 1000) / slices
      socket.write(bytes.subarray(1000 + slice * size, 1000 + (slice + 1) * size))
    }
    await Promise.all([closed, stopped])
    expect(received()).toMatch(/^HTTP\/1\.1 200 /)
    expect(received()).toMatch(/^connection: close/im)
    expect(received()).toContain('"received_parts":[1]')
  })

  it('is not ready, answers on connections that are busy, and takes no others', async () => {
    await start()
    const busy = await open()
    busy.socket.write(head('/v1/uploads/x/parts/1', 10))
    await new Promise((resolve) => setTimeout(resolve, 50))
    const stopped = server.close()
    const refused = connect(Number(new URL(server.url).port), '127.0.0.1')
    sockets.push(refused)
    await expect(once(refused, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    // The next request waits in the same connection, which says with its first answer that it closes.
    busy.socket.write(`0123456789GET /ready HTTP/1.1\r\nHost: x\r\n\r\n`)
    await Promise.all([busy.closed, stopped])
    expect(busy.received().match(/^HTTP\/1\.1 \d+/gm)).toEqual(['HTTP/1.1 404'])
  })

  it('is not ready for who asks while it waits for its own work', async () => {
    const { promise: work, resolve: finishWork } = Promise.withResolvers<void>()
    await start({ beforeClosing: () => work })
    const asking = await open()
    asking.socket.write('GET /ready HTTP/1.1\r\nHost: x\r\n')
    await new Promise((resolve) => setTimeout(resolve, 50))
    const stopped = server.close()
    asking.socket.write('\r\n')
    await asking.closed
    expect(asking.received()).toMatch(/^HTTP\/1\.1 503 /)
    expect(asking.received()).toContain('"code":"not_ready"')
    finishWork()
    await stopped
  })

  it('closes idle connections, and those that never ask, without waiting out the grace', async () => {
    await start({ graceMs: 60_000 })
    const idle = await open()
    idle.socket.write('GET /health HTTP/1.1\r\nHost: x\r\n\r\n')
    await expect.poll(idle.received).toMatch(/"status":"ok"/)
    const silent = await open()
    const started = performance.now()
    await server.close()
    await Promise.all([idle.closed, silent.closed])
    expect(performance.now() - started).toBeLessThan(5000)
  })

  it('cuts off what takes longer than the grace', async () => {
    await start({ graceMs: 200 })
    const { socket, closed, received } = await open()
    socket.write(head('/v1/uploads/x/parts/1', 10))
    await new Promise((resolve) => setTimeout(resolve, 50))
    await server.close()
    await closed
    expect(received()).toBe('')
  })
})
