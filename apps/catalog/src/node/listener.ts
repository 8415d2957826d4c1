import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { promisify } from 'node:util'
import { getRequestListener, type HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'
import type { AnsweredRequest } from '../answered-request.ts'
import type { CatalogApp } from '../app.ts'
import { networkOf } from '../http/client-network.ts'
import { type ExchangeRules, NodeExchange } from './exchange.ts'
import { listenFailure } from './listen-failure.ts'
import { oddAnswer, takeOddRequests } from './odd-requests.ts'
import { orderlyEnd } from './orderly-end.ts'
import { endStalledConnections } from './stalled-connections.ts'
import { answerUnreadable, unreadableResponse } from './unreadable-requests.ts'

/** Longer than the idle time of common proxies, so that no proxy sends a request into a connection that just closed. */
const KEEP_ALIVE_MS = 75_000
/** How long the head of a request may take to arrive: whoever sends it byte by byte wants nothing but the connection. */
const HEADERS_TIMEOUT_MS = 30_000
/** How long a request may take to arrive: a part of an upload on a line of 30 kB/s. */
const REQUEST_TIMEOUT_MS = 600_000
/** Each costs memory and a file descriptor; what comes beyond is closed at once. */
const MAX_CONNECTIONS = 8192

/** Stands for the route in the log and the metrics where a request never reached the router. */
const UNREADABLE = 'unreadable'

export interface Listener {
  /** `http://HOST:PORT` of the socket. */
  readonly url: string
  /** Answers with the app from now on; requests that came before are answered first. */
  serve(app: CatalogApp): void
  /** The request that a context of the app belongs to. */
  exchangeOf(context: Context): NodeExchange
  /** Requests that are not answered yet. */
  runningRequests(): number
  openConnections(): Promise<number>
  /**
   * Takes no new connections and ends once the running requests are answered, after `graceMs` milliseconds at the
   * latest: what is left then is cut off.
   */
  close(graceMs: number): Promise<void>
}

/** Takes the port. Requests wait until there is an app to answer them. Fails with `port_in_use` or `setting_invalid`. */
export async function listen(host: string, port: number, rules: ExchangeRules): Promise<Listener> {
  const waiting: NodeExchange[] = []
  let answer = (exchange: NodeExchange) => {
    waiting.push(exchange)
  }
  const serverOptions = {
    // Most requests have no body: their streams are made as ended ones, which saves a tenth of the time of a document.
    optimizeEmptyRequests: true,
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // Checked below, so that what is wrong is said as everywhere else.
    requireHostHeader: false,
  }
  const latest = new WeakMap<Duplex, NodeExchange>()
  const server = createServer(serverOptions, (incoming, outgoing) => {
    const exchange = new NodeExchange(incoming, outgoing, rules)
    latest.set(incoming.socket, exchange)
    const odd = oddAnswer(incoming)
    if (odd === null) answer(exchange)
    else exchange.send(odd, UNREADABLE)
  })
  server.maxConnections = MAX_CONNECTIONS
  takeOddRequests(server)
  endStalledConnections(server, (socket) => latest.get(socket)?.outgoing)
  const end = orderlyEnd(server)
  server.on('clientError', (error, socket) => {
    const exchange = latest.get(socket)
    // Bytes of a second answer inside the first one would be taken for a part of it.
    if (exchange?.outgoing.headersSent && !exchange.outgoing.writableEnded) socket.destroy(error)
    else {
      const failure = answerUnreadable(error, socket)
      if (failure === null || exchange?.refused(UNREADABLE, failure.status)) return
      rules.onAnswered(unreadableRequest(rules.nextId(), failure.status, socket))
    }
  })
  await listening(server, host, port)

  const routed = new WeakMap<IncomingMessage, NodeExchange>()
  return {
    url: addressOf(server, host),
    serve(app) {
      const options = { hostname: host, errorHandler: unreadableResponse, overrideGlobalObjects: false }
      const route = getRequestListener(app.fetch, options)
      answer = (exchange) => {
        if (app.answerFromMemory(exchange)) return
        const { incoming, outgoing } = exchange
        routed.set(incoming, exchange)
        outgoing.once('close', () => exchange.closed(UNREADABLE))
        void route(incoming, outgoing)
      }
      for (const exchange of waiting.splice(0)) answer(exchange)
    },
    exchangeOf({ env }: Context<{ Bindings: HttpBindings }>) {
      const exchange = routed.get(env.incoming)
      if (exchange === undefined) throw new Error('A context without a request of this listener')
      return exchange
    },
    runningRequests: end.runningRequests,
    openConnections: promisify(server.getConnections.bind(server)),
    close(graceMs) {
      for (const { outgoing } of waiting) outgoing.destroy()
      return end.end(graceMs)
    },
  }
}

/** What can be told of bytes that were no request. */
function unreadableRequest(id: string, status: number, socket: Duplex): AnsweredRequest {
  return {
    id,
    method: '-',
    path: '-',
    route: UNREADABLE,
    status,
    receivedBytes: 0,
    bytes: 0,
    milliseconds: 0,
    client: socket instanceof Socket ? networkOf(socket.remoteAddress ?? '') : '',
    aborted: false,
  }
}

async function listening(server: Server, host: string, port: number): Promise<void> {
  // As many may come at once as may be open: by default 511 wait, and who comes beyond is turned away by the system.
  server.listen({ port, host, backlog: MAX_CONNECTIONS })
  try {
    await once(server, 'listening')
  } catch (cause) {
    throw listenFailure(cause, host, port)
  }
}

function addressOf(server: Server, host: string): string {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no TCP address')
  return `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`
}
