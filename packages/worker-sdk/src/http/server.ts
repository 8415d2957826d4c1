import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { RequestError } from '../errors.ts'
import type { LoadedModel, Worker } from '../worker.ts'
import { Admission } from './admission.ts'
import { sendJson } from './answer.ts'
import type { Handler } from './handler.ts'
import { isTrustedHost } from './host-header.ts'
import { routesOf } from './routes.ts'
import { type ServerSources, unavailable, type WorkerService, type WorkerState } from './service.ts'

/** The HTTP side of a worker: takes requests from the moment it listens, work from the moment a model is there. */
export class WorkerServer implements WorkerService {
  readonly worker: Worker
  readonly sources: ServerSources
  readonly admission: Admission
  readonly #server: Server
  readonly #calls = new Set<AbortController>()
  #state: WorkerState = { name: 'loading' }
  #routes: ReadonlyMap<string, ReadonlyMap<string, Handler>>

  constructor(worker: Worker, sources: ServerSources) {
    this.worker = worker
    this.sources = sources
    this.admission = new Admission(worker.limits)
    this.#routes = routesOf(this)
    this.#server = createServer((request, response) => void this.#answer(request, response))
    // A client gets as long to send a request as to wait for its answer; idle connections end sooner.
    this.#server.requestTimeout = worker.limits.requestSeconds * 1000
    this.#server.headersTimeout = 15_000
    this.#server.maxHeadersCount = 100
  }

  get state(): WorkerState {
    return this.#state
  }

  /** Begins to listen and gives the address. Rejects with the system's error, for example EADDRINUSE. */
  async listen(host: string, port: number): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject)
        resolve()
      })
    })
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('The server has no TCP address.')
    const name = address.family === 'IPv6' ? `[${address.address}]` : address.address
    return `http://${name}:${address.port}`
  }

  /** Opens the addresses that need a model. */
  serve(model: LoadedModel): void {
    if (this.#state.name !== 'loading') return
    this.#state = { name: 'ready', model, since: this.sources.clock() }
    this.#routes = routesOf(this)
  }

  /** Refuses new work, lets running requests end within the grace time, and closes every connection. */
  async stop(graceSeconds = this.worker.limits.graceSeconds): Promise<void> {
    this.#state = { name: 'stopping' }
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    this.#server.closeIdleConnections()
    const deadline = setTimeout(() => this.#cutOff(), graceSeconds * 1000)
    await closed
    clearTimeout(deadline)
  }

  #cutOff(): void {
    const reason = new RequestError('stopping', 'The worker was told to stop.')
    for (const call of this.#calls) call.abort(reason)
    // Leaves model code and streams a moment to write their last words.
    setTimeout(() => this.#server.closeAllConnections(), 500).unref()
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = new AbortController()
    this.#calls.add(call)
    response.once('close', () => {
      this.#calls.delete(call)
      if (!response.writableFinished) call.abort(new DOMException('The client went away.', 'AbortError'))
      // A connection that is kept open for further requests would keep a stopping server waiting.
      if (this.#state.name === 'stopping') setImmediate(() => this.#server.closeIdleConnections())
    })
    try {
      await this.#handlerOf(request)(request, response, call)
    } catch (failure) {
      this.#fail(request, response, call.signal, failure)
    }
  }

  #handlerOf(request: IncomingMessage): Handler {
    if (!isTrustedHost(request.headers.host, request.socket.localAddress)) {
      throw new RequestError('forbidden_host', 'The Host header does not name this machine.')
    }
    const path = pathOf(request)
    const methods = this.#routes.get(path)
    if (methods === undefined) {
      if (this.#state.name === 'loading' && path.startsWith('/v1/')) throw unavailable(this.#state)
      throw new RequestError('not_found', `There is nothing at ${path.slice(0, 200)}.`)
    }
    const handler = methods.get(request.method === 'HEAD' ? 'GET' : (request.method ?? ''))
    if (handler === undefined) {
      throw new RequestError('method_not_allowed', `Only ${[...methods.keys()].join(', ')} is allowed here.`)
    }
    return handler
  }

  #fail(request: IncomingMessage, response: ServerResponse, signal: AbortSignal, failure: unknown): void {
    if (response.destroyed || (signal.aborted && !(signal.reason instanceof RequestError))) return
    const told = this.#told(signal, failure)
    if (response.headersSent) {
      response.end(`data: ${JSON.stringify(told.body())}\n\n`)
      return
    }
    if (told.code === 'method_not_allowed') {
      response.setHeader('allow', [...(this.#routes.get(pathOf(request))?.keys() ?? [])].join(', '))
    }
    if (told.retryAfter !== null) response.setHeader('retry-after', String(told.retryAfter))
    sendJson(response, told.status, told.body())
  }

  #told(signal: AbortSignal, failure: unknown): RequestError {
    if (signal.aborted && signal.reason instanceof RequestError) return signal.reason
    if (failure instanceof RequestError) return failure
    this.sources.log.error(
      `The model failed: ${failure instanceof Error ? failure.message : String(failure)}`,
    )
    return new RequestError('model_failed', 'The model failed; the log of the worker says more.')
  }
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split('?', 1)[0] ?? '/'
}
