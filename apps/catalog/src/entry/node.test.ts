import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tokenAnswerSchema } from '@rbee/schema'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type NodeServerSettings, type RunningServer, startServer } from './node.ts'

describe('the server on Node', () => {
  let dataDir = ''
  const running: RunningServer[] = []
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'rbee-server-'))
  })
  afterEach(async () => {
    await Promise.all(running.splice(0).map((server) => server.close()))
    await rm(dataDir, { recursive: true })
  })

  const settings = (overrides: Partial<NodeServerSettings> = {}): NodeServerSettings => ({
    host: '127.0.0.1',
    port: 0,
    dataDir,
    log: { info: () => {}, error: () => {} },
    clock: Date.now,
    randomBytes,
    ...overrides,
  })
  async function start(overrides: Partial<NodeServerSettings> = {}): Promise<RunningServer> {
    const server = await startServer(settings(overrides))
    running.push(server)
    return server
  }

  it('says which port is taken and how to go on', async () => {
    const { url } = await start()
    const port = Number(new URL(url).port)
    const second = startServer(settings({ port, dataDir: join(dataDir, 'other') }))
    await expect(second).rejects.toMatchObject({
      code: 'port_in_use',
      message: expect.stringContaining(String(port)),
      next: expect.stringContaining('--port'),
    })
  })

  it('lets requests wait until the catalog is ready', async () => {
    const order: string[] = []
    const port = await freePort()
    const health = () => fetch(`http://127.0.0.1:${port}/health`)
    const server = start({
      port,
      async beforeAnswering() {
        void health().then(() => order.push('answered'))
        await new Promise((resolve) => setTimeout(resolve, 100))
        order.push('ready')
      },
    })
    await server
    await health()
    expect(order).toEqual(['ready', 'answered'])
  })

  it('takes the port back when getting ready fails', async () => {
    const port = await freePort()
    const failing = startServer(settings({ port, beforeAnswering: () => Promise.reject(new Error('no')) }))
    await expect(failing).rejects.toThrow('no')
    expect((await fetch(`${(await start({ port })).url}/health`)).status).toBe(200)
  })

  it('finishes the running request before it closes', async () => {
    const token = 'rbee_op_of-the-test'
    const server = await startServer(settings({ operatorToken: token }))
    const body = JSON.stringify({ scope: 'publish' })
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
    socket.write(
      `POST /v1/tokens HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body.slice(0, 3)}`,
    )
    await new Promise((resolve) => setTimeout(resolve, 50))
    const closed = server.close()
    socket.write(body.slice(3))
    let answer = ''
    socket.setEncoding('utf8').on('data', (text: string) => {
      answer += text
    })
    await once(socket, 'close')
    await closed
    expect(answer).toMatch(/^HTTP\/1\.1 201 /)
  })

  it('serves what it held before it was started again', async () => {
    const first = await startServer(settings({ operatorToken: 'rbee_op_of-the-test' }))
    const created = await fetch(`${first.url}/v1/tokens`, {
      method: 'POST',
      headers: { authorization: 'Bearer rbee_op_of-the-test', 'content-type': 'application/json' },
      body: '{"scope":"publish"}',
    })
    const { token } = tokenAnswerSchema.parse(await created.json())
    await first.close()
    const second = await start()
    const asked = await fetch(`${second.url}/v1/uploads/x`, { headers: { authorization: `Bearer ${token}` } })
    expect(asked.status).toBe(404)
  })

  it('tells people the public address when it has one', async () => {
    const port = await freePort()
    const server = await start({ port, publicUrl: 'https://catalog.example' })
    expect(server.url).toBe('https://catalog.example')
    const page = await (await fetch(`http://127.0.0.1:${port}/`)).text()
    expect(page).toContain('RBEE_REGISTRY=https://catalog.example')
  })
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
