import { type IncomingMessage, request } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { brokenOff, refuseUpgrade } from './failure.ts'
import { MAX_HEADER_BYTES } from './forward-request.ts'
import { endToEndHeaders, fieldsOf } from './headers.ts'
import type { Upstream } from './upstream.ts'

/**
 * Hands a request for another protocol (WebSocket) to a worker. When the worker agrees, both connections are joined
 * until either ends; when it answers in HTTP, that answer goes back and the client's connection is closed after it.
 */
export function forwardUpgrade(
  upstream: Upstream,
  incoming: IncomingMessage,
  client: Duplex,
  head: Buffer,
): void {
  client.on('error', () => client.destroy())
  client.once(
    'close',
    upstream.enter(() => client.destroy()),
  )
  const toWorker = request({
    host: '127.0.0.1',
    port: upstream.port,
    method: incoming.method,
    path: incoming.url,
    headers: [
      ...endToEndHeaders(incoming.rawHeaders, 'request'),
      ...['Connection', 'Upgrade', 'Upgrade', incoming.headers.upgrade ?? ''],
    ],
    agent: false,
    maxHeaderSize: MAX_HEADER_BYTES,
    setHost: false,
  })
  client.once('close', () => toWorker.destroy())
  let answered = false
  toWorker.once('upgrade', (answer, worker, workerHead) => {
    answered = true
    client.write(headOf(answer, answer.rawHeaders))
    if (workerHead.length > 0) client.write(workerHead)
    if (head.length > 0) worker.write(head)
    join(client, worker)
  })
  toWorker.once('response', (answer) => {
    answered = true
    client.write(headOf(answer, [...endToEndHeaders(answer.rawHeaders, 'response'), 'Connection', 'close']))
    answer.once('error', () => client.destroy())
    answer.pipe(client)
  })
  toWorker.on('error', (error) => {
    if (!answered && !client.destroyed) refuseUpgrade(brokenOff(error), client)
  })
  toWorker.end()
}

function headOf({ statusCode, statusMessage }: IncomingMessage, raw: readonly string[]): string {
  const fields = [...fieldsOf(raw)].map(([name, value]) => `${name}: ${value}\r\n`).join('')
  return `HTTP/1.1 ${statusCode} ${statusMessage}\r\n${fields}\r\n`
}

function join(client: Duplex, worker: Socket): void {
  worker.on('error', () => worker.destroy())
  worker.once('close', () => client.destroy())
  client.once('close', () => worker.destroy())
  for (const socket of [client, worker]) {
    if (socket instanceof Socket) socket.setNoDelay(true).setTimeout(0)
  }
  worker.pipe(client).pipe(worker)
}
