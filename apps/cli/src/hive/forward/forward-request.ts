import { type ClientRequest, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream'
import { answerFailure, brokenOff } from './failure.ts'
import { endToEndHeaders, fieldsOf } from './headers.ts'
import type { Upstream } from './upstream.ts'

/** Larger than Node's 16 KiB: what is too large is for the worker to say. */
export const MAX_HEADER_BYTES = 256 * 1024

/**
 * Hands a request to a worker and its answer back, as they come: bodies, informational answers and trailers included.
 * Whichever side goes away ends the other.
 *
 * A server may close a connection that looked idle at the moment when the next request is sent on it; what became of
 * that request cannot be known (RFC 9110 §9.2.2). So connections are shared only by requests that may be repeated,
 * those are repeated once, and every other request gets a connection of its own.
 */
export function forwardRequest(
  upstream: Upstream,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): void {
  const leave = upstream.enter(() => outgoing.destroy())
  outgoing.once('close', leave)
  outgoing.sendDate = false
  const repeatable =
    !hasBody(incoming) &&
    ['GET', 'HEAD', 'OPTIONS'].includes(incoming.method ?? '') &&
    !awaitsContinue(incoming)
  send(upstream, incoming, outgoing, repeatable)
}

/** @param shared whether it may go over a connection that was used before. */
function send(
  upstream: Upstream,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  shared: boolean,
): void {
  const toWorker = request({
    host: '127.0.0.1',
    port: upstream.port,
    method: incoming.method,
    path: incoming.url,
    headers: requestHeaders(incoming),
    agent: shared ? upstream.shared : upstream.single,
    maxHeaderSize: MAX_HEADER_BYTES,
    setHost: false,
  })
  let answered = false
  const clientLeft = () => {
    if (!outgoing.writableFinished) toWorker.destroy()
  }
  outgoing.once('close', clientLeft)
  toWorker.once('response', (answer) => {
    answered = true
    passBack(answer, outgoing)
  })
  toWorker.on('information', ({ statusCode, rawHeaders }) =>
    passInformation(statusCode, rawHeaders, outgoing),
  )
  toWorker.on('error', (error) => {
    // Once it answers, the end of the answer tells; until then what is left of the body has no taker.
    incoming.unpipe(toWorker)
    if (answered || outgoing.destroyed) return void incoming.resume()
    if (shared && toWorker.reusedSocket) {
      outgoing.off('close', clientLeft)
      return send(upstream, incoming, outgoing, false)
    }
    answerFailure(brokenOff(error), outgoing)
    incoming.resume()
  })
  if (awaitsContinue(incoming)) {
    toWorker.once('continue', () => {
      outgoing.writeContinue()
      sendBody(incoming, toWorker)
    })
    toWorker.flushHeaders()
  } else sendBody(incoming, toWorker)
}

function sendBody(incoming: IncomingMessage, toWorker: ClientRequest): void {
  if (!hasBody(incoming)) return void toWorker.end()
  // The worker may answer, or refuse, before the first byte of the body is there.
  toWorker.flushHeaders()
  incoming.once('end', () => {
    if (incoming.rawTrailers.length > 0) toWorker.addTrailers([...fieldsOf(incoming.rawTrailers)])
  })
  incoming.pipe(toWorker)
}

function passBack(answer: IncomingMessage, outgoing: ServerResponse): void {
  if (outgoing.destroyed) return void answer.destroy()
  const headers = endToEndHeaders(answer.rawHeaders, 'response')
  outgoing.writeHead(answer.statusCode ?? 502, answer.statusMessage ?? '', headers)
  // A stream of events sends its head long before its first event.
  outgoing.flushHeaders()
  answer.once('end', () => {
    if (answer.rawTrailers.length > 0) outgoing.addTrailers([...fieldsOf(answer.rawTrailers)])
  })
  // An answer that breaks off destroys the client's connection, which is how the client gets to know.
  pipeline(answer, outgoing, () => {})
}

/** 103 (RFC 8297) and 102; 100 is answered in its turn, and 101 ends the conversation in HTTP. */
function passInformation(status: number, raw: readonly string[], outgoing: ServerResponse): void {
  if (outgoing.headersSent || outgoing.destroyed) return
  if (status === 102) outgoing.writeProcessing()
  if (status !== 103) return
  const hints: Record<string, string | string[]> = {}
  for (const [name, value] of fieldsOf(raw)) {
    const key = name.toLowerCase()
    const before = hints[key]
    hints[key] = before === undefined ? value : [before, value].flat()
  }
  if (hints.link !== undefined) outgoing.writeEarlyHints(hints)
}

function requestHeaders(incoming: IncomingMessage): string[] {
  const headers = endToEndHeaders(incoming.rawHeaders, 'request')
  // Node would announce a chunked body for a POST that states none.
  const states = 'content-length' in incoming.headers || 'transfer-encoding' in incoming.headers
  if (!states && !['GET', 'HEAD', 'OPTIONS', 'DELETE'].includes(incoming.method ?? ''))
    headers.push('Content-Length', '0')
  return headers
}

function hasBody({ headers }: IncomingMessage): boolean {
  return 'transfer-encoding' in headers || !['0', undefined].includes(headers['content-length'])
}

function awaitsContinue({ headers }: IncomingMessage): boolean {
  return headers.expect?.toLowerCase() === '100-continue'
}
