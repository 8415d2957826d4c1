import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ERRORS, tokenAnswerSchema, UPLOAD_PART_BYTES } from '@rbee/schema'
import { freePort } from '@rbee/testing'
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
        `Content-Type: application/json\r\nContent-Length: ${body.length}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n`,
    )
    let answer = ''
    socket.setEncoding('utf8').on('data', (text: string) => {
      answer += text
    })
    // It has begun with the request when it asks for the body.
    await once(socket, 'data')
    const closed = server.close()
    socket.write(body)
    await once(socket, 'close')
    await closed
    expect(answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 201 /)
  })

  it.each([
    ['a Host field that is none', 'GET /x HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n', 'bad_request'],
    ['bytes that are no request', 'nonsense\r\n\r\n', 'bad_request'],
    ['NUL in the address', 'GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n', 'bad_request'],
    ['an unknown method', 'FOO / HTTP/1.1\r\nHost: x\r\n\r\n', 'method_not_allowed'],
    ['a huge field', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`, 'headers_too_large'],
  ] as const)('answers %s with a problem', async (_name, request, code) => {
    const { url } = await start()
    const answer = await conversation(url, request)
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${ERRORS[code].status} `))
    expect(answer).toMatch(/^content-type: application\/problem\+json/im)
    expect(answer).toContain(`"code":"${code}"`)
  })

  it('lets a client finish sending before it hears what is wrong', async () => {
    const { url } = await start()
    const part = Buffer.alloc(UPLOAD_PART_BYTES)
    const head = `PUT /v1/uploads/x/parts/1 HTTP/1.1\r\nHost: x\r\nContent-Length: ${part.length}\r\nConnection: close\r\n\r\n`
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    let answer = ''
    let isBroken = false
    socket.setEncoding('utf8').on('data', (text: string) => {
      answer += text
    })
    socket.on('error', () => {
      isBroken = true
    })
    socket.write(head)
    socket.write(part)
    await once(socket, 'close')
    expect(isBroken).toBe(false)
    expect(answer).toContain('"code":"token_missing"')
  })

  it('does not take a client that went away for a failure of its own', async () => {
    const errors: unknown[] = []
    const log = { info: () => {}, error: (...logged: unknown[]) => void errors.push(logged) }
    const server = await start({ operatorToken: 'rbee_op_of-the-test', log })
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
    socket.write(
      'POST /v1/tokens HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer rbee_op_of-the-test\r\n' +
        'Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    )
    await new Promise((resolve) => setTimeout(resolve, 100))
    socket.destroy()
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(errors).toEqual([])
  })

  it('names the address a client came by when it listens on all of them', async () => {
    const server = await start({ host: '0.0.0.0' })
    const { port } = new URL(server.url)
    const page = await (await fetch(`http://127.0.0.1:${port}/docs`)).text()
    expect(page).toContain(`http://127.0.0.1:${port}`)
    expect(page).not.toContain('0.0.0.0')
  })

  it('lets pages of the origins that it is given read, instead of the usual ones', async () => {
    const { url } = await start({ allowedOrigins: ['https://pages.example:8443'] })
    const allowed = async (origin: string) =>
      (await fetch(`${url}/v1/workers`, { headers: { origin } })).headers.get('access-control-allow-origin')
    expect(await allowed('https://pages.example:8443')).toBe('https://pages.example:8443')
    expect(await allowed('https://pages.example')).toBeNull()
    expect(await allowed('https://rbee.dev')).toBeNull()
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
    expect(page).toContain('href="https://catalog.example/"')
  })
})

/** Sends bytes as they are and reads until the server ends the connection. */
async function conversation(url: string, bytes: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  let answer = ''
  socket.setEncoding('utf8').on('data', (text: string) => {
    answer += text
  })
  socket.on('error', () => {})
  socket.write(bytes)
  await once(socket, 'close')
  return answer
}
