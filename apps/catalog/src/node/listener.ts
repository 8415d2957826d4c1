import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { getRequestListener } from '@hono/node-server'
import { RbeeError } from '@rbee/schema'
import type { Hono } from 'hono'
import { answerUnreadable, unreadableResponse } from './unreadable-requests.ts'

/** How long running requests may take after the server was told to stop, in milliseconds. */
const CLOSE_GRACE_MS = 10_000
/** Longer than the idle time of common proxies, so that no proxy sends a request into a connection that just closed. */
const KEEP_ALIVE_MS = 75_000
/** How long a request may take to arrive: a part of an upload on a line of 30 kB/s. */
const REQUEST_TIMEOUT_MS = 600_000

export interface Listener {
  /** `http://HOST:PORT` of the socket. */
  readonly url: string
  /** Answers with the app from now on; requests that came before are answered first. */
  serve(app: Hono): void
  /** Takes no new requests and ends once the running ones are answered. */
  close(): Promise<void>
}

/** Takes the port. Requests wait until there is an app to answer them. Fails with `port_in_use`. */
export async function listen(host: string, port: number): Promise<Listener> {
  const waiting: [IncomingMessage, ServerResponse][] = []
  let answer = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    waiting.push([incoming, outgoing])
  }
  const latest = new WeakMap<Duplex, ServerResponse>()
  const timeouts = { keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: REQUEST_TIMEOUT_MS }
  const server = createServer(timeouts, (incoming, outgoing) => {
    latest.set(incoming.socket, outgoing)
    answer(incoming, outgoing)
  })
  server.on('clientError', (error, socket) => {
    const response = latest.get(socket)
    // Bytes of a second answer inside the first one would be taken for a part of it.
    if (response?.headersSent && !response.writableEnded) socket.destroy(error)
    else answerUnreadable(error, socket)
  })
  await listening(server, host, port)
  return {
    url: addressOf(server, host),
    serve(app) {
      const listener = getRequestListener(app.fetch, { hostname: host, errorHandler: unreadableResponse })
      answer = (incoming, outgoing) => void listener(incoming, outgoing)
      for (const [incoming, outgoing] of waiting.splice(0)) answer(incoming, outgoing)
    },
    close() {
      for (const [, outgoing] of waiting) outgoing.destroy()
      return close(server)
    },
  }
}

async function listening(server: Server, host: string, port: number): Promise<void> {
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE') {
      throw new RbeeError('port_in_use', `Something listens on ${host}:${port} already`, {
        next: 'stop it, or choose another port with --port (0 takes any free one)',
        cause,
      })
    }
    throw cause
  }
}

function addressOf(server: Server, host: string): string {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no TCP address')
  return `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeIdleConnections()
  const patience = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS)
  await closed
  clearTimeout(patience)
}
