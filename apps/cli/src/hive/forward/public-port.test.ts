import { once } from 'node:events'
import {
  createServer,
  type IncomingMessage,
  type RequestOptions,
  request,
  type Server,
  type ServerResponse,
} from 'node:http'
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { RbeeError } from '@rbee/schema'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openPublicPort, type PublicPort } from './public-port.ts'
import { Upstream } from './upstream.ts'

type Answer = (incoming: IncomingMessage, outgoing: ServerResponse) => void

let answer: Answer
let worker: Server
let upstream: Upstream
let front: PublicPort

beforeEach(async () => {
  answer = (_incoming, outgoing) => outgoing.end('fine')
  worker = createServer((incoming, outgoing) => answer(incoming, outgoing))
  upstream = new Upstream(await listening(worker))
  front = await openPublicPort(0, { to: upstream })
})
afterEach(async () => {
  upstream.close()
  await front.close()
  worker.closeAllConnections()
  worker.close()
})

async function listening(
  server: { listen(port: number, host: string): unknown; address(): unknown } & NodeJS.EventEmitter,
): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

const address = (path = '/') => `http://127.0.0.1:${front.port}${path}`

/** A request whose parts are sent one by one. */
function begin(options: RequestOptions) {
  const sent = request({ host: '127.0.0.1', port: front.port, agent: false, ...options })
  const answered = once(sent, 'response').then(([message]) => message as IncomingMessage)
  // Who does not wait for the answer does not care for its failure.
  answered.catch(() => {})
  return { sent, answered }
}

/** What comes back for bytes that are sent as they are, until the connection ends. */
async function exchange(bytes: string): Promise<string> {
  const socket = connect(front.port, '127.0.0.1')
  socket.write(bytes)
  return text(socket)
}

describe('the public port', () => {
  it('passes on method, path, fields and body as they are', async () => {
    answer = async (incoming, outgoing) => {
      const { method, url, rawHeaders } = incoming
      const body = await text(incoming)
      outgoing.writeHead(201, 'Made', ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'X-Odd', 'Value'])
      outgoing.end(JSON.stringify({ method, url, rawHeaders, body }))
    }
    const { sent, answered } = begin({
      method: 'PUT',
      path: '/a%20b?c=d&c=e',
      headers: ['Host', 'worker.test', 'X-One', '1', 'x-one', '2', 'Content-Length', '4'],
    })
    sent.end('body')
    const response = await answered
    expect(response).toMatchObject({ statusCode: 201, statusMessage: 'Made' })
    expect(response.rawHeaders.slice(0, 6)).toEqual([
      'Set-Cookie',
      'a=1',
      'Set-Cookie',
      'b=2',
      'X-Odd',
      'Value',
    ])
    const seen = JSON.parse(await text(response))
    expect(seen).toMatchObject({ method: 'PUT', url: '/a%20b?c=d&c=e', body: 'body' })
    expect(seen.rawHeaders.slice(0, 8)).toEqual([
      'Host',
      'worker.test',
      'X-One',
      '1',
      'x-one',
      '2',
      'Content-Length',
      '4',
    ])
  })

  it('streams in both directions without waiting for an end', async () => {
    answer = (incoming, outgoing) => {
      outgoing.writeHead(200, { 'content-type': 'text/event-stream' })
      outgoing.flushHeaders()
      incoming.on('data', (piece) => outgoing.write(`data: ${piece}\n\n`))
      incoming.on('end', () => outgoing.end())
    }
    const { sent, answered } = begin({ method: 'POST' })
    sent.flushHeaders()
    const response = await answered
    response.setEncoding('utf8')
    for (const piece of ['one', 'two', 'three']) {
      sent.write(piece)
      expect((await once(response, 'data'))[0]).toBe(`data: ${piece}\n\n`)
    }
    sent.end()
    expect(await text(response)).toBe('')
  })

  it('passes on trailers, informational answers and a missing Date', async () => {
    answer = async (incoming, outgoing) => {
      outgoing.sendDate = false
      outgoing.writeEarlyHints({ link: '</style.css>; rel=preload' })
      await text(incoming)
      outgoing.writeHead(200, { trailer: 'x-sum' })
      outgoing.write('body')
      outgoing.addTrailers({ 'x-sum': incoming.trailers['x-ask'] ?? 'none' })
      outgoing.end()
    }
    const { sent, answered } = begin({ method: 'POST', headers: { trailer: 'x-ask' } })
    const hints = once(sent, 'information')
    sent.write('body')
    sent.addTrailers({ 'x-ask': 'seven' })
    sent.end()
    expect((await hints)[0]).toMatchObject({
      statusCode: 103,
      headers: { link: '</style.css>; rel=preload' },
    })
    const response = await answered
    expect(await text(response)).toBe('body')
    expect(response.trailers).toEqual({ 'x-sum': 'seven' })
    expect(response.headers.date).toBeUndefined()
  })

  it('sends a body that waits for leave only when the worker gives it', async () => {
    worker.on('checkContinue', (incoming, outgoing) => {
      if (incoming.url === '/no') return outgoing.writeHead(413).end()
      outgoing.writeContinue()
      answer(incoming, outgoing)
    })
    answer = async (incoming, outgoing) => void outgoing.end(await text(incoming))
    const expecting = { method: 'POST', headers: { expect: '100-continue', 'content-length': '4' } }
    const allowed = begin(expecting)
    allowed.sent.flushHeaders()
    await once(allowed.sent, 'continue')
    allowed.sent.end('body')
    expect(await text(await allowed.answered)).toBe('body')
    const refused = begin({ ...expecting, path: '/no' })
    refused.sent.flushHeaders()
    expect((await refused.answered).statusCode).toBe(413)
    refused.sent.destroy()
  })

  it('gives back an answer that comes before the body has ended', async () => {
    answer = (_incoming, outgoing) => outgoing.writeHead(413).end('too large')
    const { sent, answered } = begin({ method: 'POST' })
    sent.on('error', () => {})
    sent.write(Buffer.alloc(1_000_000))
    const response = await answered
    expect(response.statusCode).toBe(413)
    expect(await text(response)).toBe('too large')
    sent.destroy()
  })

  it.each([
    ['HEAD', 200, { 'content-length': '5' }],
    ['GET', 304, { etag: '"a"' }],
    ['GET', 204, {}],
    ['DELETE', 200, { 'content-length': '0' }],
  ] as const)('answers %s with %i and no body', async (method, status, headers) => {
    answer = (_incoming, outgoing) => outgoing.writeHead(status, headers).end()
    const { sent, answered } = begin({ method })
    sent.end()
    const response = await answered
    expect(response.statusCode).toBe(status)
    expect(response.headers).toMatchObject(headers)
    expect(await text(response)).toBe('')
  })

  it('breaks off at the worker what the client breaks off', async () => {
    const left = new Promise<void>((resolve) => {
      answer = (_incoming, outgoing) => {
        outgoing.once('close', resolve)
        outgoing.write('first')
      }
    })
    const { sent, answered } = begin({})
    sent.end()
    await once(await answered, 'data')
    sent.on('error', () => {})
    sent.destroy()
    await left
  })

  it('breaks off at the client what the worker breaks off', async () => {
    answer = (_incoming, outgoing) => {
      outgoing.write('first')
      setTimeout(() => outgoing.destroy(), 50)
    }
    const response = await fetch(address())
    await expect(response.text()).rejects.toThrow()
  })

  it('tells of a worker that breaks off before it answers, and does not ask twice', async () => {
    let asked = 0
    answer = (_incoming, outgoing) => {
      asked += 1
      outgoing.destroy()
    }
    const response = await fetch(address(), { method: 'POST', body: 'once' })
    expect(response.status).toBe(502)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await response.json()).toMatchObject({ code: 'worker_failed', status: 502 })
    expect(asked).toBe(1)
  })

  it('survives idle connections that the worker closes at the wrong moment', async () => {
    // Whatever comes second over a connection finds it closed.
    const used = new WeakSet<Socket>()
    let resets = 0
    answer = (incoming, outgoing) => {
      if (used.has(incoming.socket)) {
        resets += 1
        return void incoming.socket.destroy()
      }
      used.add(incoming.socket)
      outgoing.end('fine')
    }
    for (let round = 0; round < 5; round += 1) {
      expect(await (await fetch(address())).text()).toBe('fine')
      expect(await (await fetch(address(), { method: 'POST', body: 'x' })).text()).toBe('fine')
    }
    expect(resets).toBeGreaterThan(0)
  })

  it('answers 503 with the reason while there is no worker', async () => {
    const failure = new RbeeError('not_ready', 'the worker is starting')
    front.route({ unavailable: () => ({ failure, retryAfterSeconds: 2.4 }) })
    const response = await fetch(address())
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('3')
    expect(await response.json()).toMatchObject({ code: 'not_ready', detail: 'the worker is starting' })
    const upgrade = await exchange(
      'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    )
    expect(upgrade).toMatch(/^HTTP\/1\.1 503 .*"code":"not_ready"/s)
  })

  it('leaves what is under way where it is when the route changes', async () => {
    let finish = () => {}
    answer = (_incoming, outgoing) => {
      outgoing.write('old ')
      finish = () => outgoing.end('to the end')
    }
    const slow = await fetch(address())
    const other = createServer((_incoming, outgoing) => outgoing.end('new'))
    const next = new Upstream(await listening(other))
    front.route({ to: next })
    expect(await (await fetch(address())).text()).toBe('new')
    expect(upstream.busy).toBe(1)
    expect(await upstream.drained(10)).toBe(1)
    const drained = upstream.drained(10_000)
    finish()
    expect(await slow.text()).toBe('old to the end')
    expect(await drained).toBe(0)
    next.close()
    other.closeAllConnections()
    other.close()
  })

  it('names a port that is in use', async () => {
    const occupied = openPublicPort(front.port, { to: upstream })
    await expect(occupied).rejects.toMatchObject({
      code: 'port_in_use',
      message: `port ${front.port} is in use`,
    })
  })

  it('refuses requests with two lengths instead of guessing', async () => {
    const smuggled =
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'
    expect(await exchange(smuggled)).toMatch(/^HTTP\/1\.1 400 /)
  })
})

describe('an upgrade', () => {
  const HANDSHAKE = 'GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'

  it('joins both connections until one ends', async () => {
    worker.on('upgrade', (incoming, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
      socket.write(`path ${incoming.url};`)
      socket.on('data', (bytes) => {
        if (bytes.toString() === 'bye') socket.end()
        else socket.write(`echo ${bytes};`)
      })
    })
    const socket = connect(front.port, '127.0.0.1')
    const received = text(socket)
    socket.write(HANDSHAKE)
    await once(worker, 'upgrade')
    socket.write('hello')
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(upstream.busy).toBe(1)
    socket.write('bye')
    expect(await received).toMatch(/^HTTP\/1\.1 101 .*path \/chat;echo hello;$/s)
    await upstream.drained(5_000)
    expect(upstream.busy).toBe(0)
  })

  it('that the worker does not want gets its answer in HTTP', async () => {
    worker.on('upgrade', (_incoming, socket) => socket.end('HTTP/1.1 426 No\r\nContent-Length: 2\r\n\r\nno'))
    expect(await exchange(HANDSHAKE)).toMatch(/^HTTP\/1\.1 426 No\r\n.*Connection: close\r\n\r\nno$/s)
  })

  it('at a worker that is not there is answered with 502', async () => {
    const gone = createTcpServer()
    const port = await listening(gone)
    gone.close()
    front.route({ to: new Upstream(port) })
    expect(await exchange(HANDSHAKE)).toMatch(/^HTTP\/1\.1 502 .*"code":"worker_failed"/s)
  })
})
