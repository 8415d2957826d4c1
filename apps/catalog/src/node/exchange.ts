import type { IncomingMessage, ServerResponse } from 'node:http'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { AnsweredRequest } from '../answered-request.ts'
import type { Exchange, FinishedAnswer } from '../http/exchange.ts'
import type { Log } from '../log.ts'
import { clientAddress } from './client-address.ts'
import { sendStream } from './send-stream.ts'

/** What all exchanges of a server have in common. */
export interface ExchangeRules {
  /** A name for a request. */
  readonly nextId: () => string
  /** Whether a proxy stands in front, which tells the client's address and may have named the request already. */
  readonly trustProxy: boolean
  /** Told once of each request, when its answer has ended. */
  readonly onAnswered: (answered: AnsweredRequest) => void
  readonly log: Log
}

/** What clients and proxies commonly use: UUIDs, traces, numbers. Nothing that could break a line of a log. */
const FOREIGN_ID = /^[A-Za-z0-9._:-]{8,128}$/
/** Not registered, but known from nginx: the client closed the connection before there was an answer. */
const CLIENT_CLOSED_REQUEST = 499

/** A request on Node. Its answer goes straight to the socket, without the detour over a `Response`. */
export class NodeExchange implements Exchange {
  readonly id: string
  readonly method: string
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
  readonly #rules: ExchangeRules
  readonly #started = performance.now()
  #client: string | null = null
  #streams = false
  #told = false

  constructor(incoming: IncomingMessage, outgoing: ServerResponse, rules: ExchangeRules) {
    this.incoming = incoming
    this.outgoing = outgoing
    this.method = incoming.method ?? ''
    this.#rules = rules
    this.id = (rules.trustProxy ? foreignId(incoming) : null) ?? rules.nextId()
  }

  get client(): string {
    this.#client ??= clientAddress(this.incoming, this.#rules.trustProxy)
    return this.#client
  }

  /** The host is a part of it because a request without a valid one is refused before it finds its route. */
  get address(): string | null {
    const { method, url, headers } = this.incoming
    if (method !== 'GET' && method !== 'HEAD') return null
    if (headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined) return null
    // No address holds a blank, so that this name means one pair of host and address only.
    return `${headers.host} ${url}`
  }

  field(name: string): string | null {
    const value = this.incoming.headers[name]
    return typeof value === 'string' ? value : null
  }

  /** Answers what tells the framework that nothing is left to send. */
  send({ status, fields, body }: FinishedAnswer, route: string): Response {
    const { outgoing } = this
    outgoing.writeHead(status, [...fields])
    if (body instanceof ReadableStream) void this.#stream(body, route, status)
    else {
      endWith(outgoing, body)
      this.#tell(route, status, body?.length ?? 0)
    }
    return RESPONSE_ALREADY_SENT
  }

  async #stream(body: ReadableStream<Uint8Array>, route: string, status: number): Promise<void> {
    this.#streams = true
    const onFailure = (error: unknown) =>
      this.#rules.log.error({ request_id: this.id, error }, 'the body of an answer broke off')
    const bytes = await sendStream(this.outgoing, body, onFailure)
    this.#tell(route, status, bytes)
  }

  /**
   * To be called when the connection has closed or the answer has ended. Tells of requests that something else answered,
   * or nobody in time.
   */
  closed(route: string): void {
    if (this.#streams) return
    const { headersSent, statusCode } = this.outgoing
    this.#tell(route, headersSent ? statusCode : CLIENT_CLOSED_REQUEST, 0)
  }

  /**
   * To be called when the rest of the request could not be read, and its connection was told so.
   *
   * @returns false where the request had been answered: something else on its connection is refused.
   */
  refused(route: string, status: number): boolean {
    if (this.#told || this.#streams) return false
    this.#tell(route, status, 0)
    return true
  }

  #tell(route: string, status: number, bytes: number): void {
    if (this.#told) return
    this.#told = true
    const { incoming, outgoing } = this
    const [path = ''] = (incoming.url ?? '').split('?', 1)
    this.#rules.onAnswered({
      id: this.id,
      method: this.method,
      path,
      route,
      status,
      receivedBytes: Number(incoming.headers['content-length'] ?? 0),
      bytes,
      milliseconds: performance.now() - this.#started,
      client: this.client,
      aborted: !outgoing.writableEnded || (outgoing.destroyed && !outgoing.writableFinished),
    })
  }
}

/** Header and body of such a size go out in one write that allocates nothing. */
const SHORT_BODY_BYTES = 12 * 1024
const shortBodies = new WeakMap<Uint8Array, string>()

/** Ends an answer. Node sends a short text together with its header, and bytes beside it, which takes a fifth longer. */
function endWith(outgoing: ServerResponse, body: Uint8Array<ArrayBuffer> | null): void {
  if (body === null || body.length > SHORT_BODY_BYTES) {
    outgoing.end(body)
    return
  }
  let text = shortBodies.get(body)
  if (text === undefined) {
    text = Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1')
    shortBodies.set(body, text)
  }
  outgoing.end(text, 'latin1')
}

function foreignId({ headers }: IncomingMessage): string | null {
  const id = headers['x-request-id']
  return typeof id === 'string' && FOREIGN_ID.test(id) ? id : null
}
