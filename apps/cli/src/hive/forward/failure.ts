import type { ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { problemOf, RbeeError } from '@rbee/schema'

/** Why there is nobody to forward to, and when it is worth asking again. */
export interface Unavailable {
  readonly failure: RbeeError
  readonly retryAfterSeconds: number
}

/** Answers a request that no worker answered: problem details (RFC 9457). */
export function answerFailure({ failure, retryAfterSeconds }: Unavailable, response: ServerResponse): void {
  // Nothing that was begun can be taken back: a client notices the missing end.
  if (response.headersSent) return void response.destroy()
  const body = JSON.stringify(problemOf(failure))
  response.writeHead(failure.status, fieldsFor(failure, retryAfterSeconds, body))
  response.end(body)
}

/** As {@link answerFailure}, for a connection that was to be upgraded. */
export function refuseUpgrade({ failure, retryAfterSeconds }: Unavailable, socket: Duplex): void {
  const body = JSON.stringify(problemOf(failure))
  const fields = { ...fieldsFor(failure, retryAfterSeconds, body), connection: 'close' }
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.on('error', () => socket.destroy())
  socket.end(`HTTP/1.1 ${failure.status} Refused\r\n${lines.join('')}\r\n${body}`)
}

function fieldsFor(failure: RbeeError, retryAfterSeconds: number, body: string): Record<string, string> {
  return {
    'content-type': 'application/problem+json',
    'content-length': String(Buffer.byteLength(body)),
    'cache-control': 'no-store',
    ...(failure.status === 503 ? { 'retry-after': String(Math.max(1, Math.ceil(retryAfterSeconds))) } : {}),
  }
}

/** The worker took a request and broke off before it answered, or could not be reached. */
export function brokenOff(cause: Error): Unavailable {
  const why = 'code' in cause ? String(cause.code) : cause.message
  const failure = new RbeeError('worker_failed', `the worker broke off the request: ${why}`, {
    next: 'its log tells more; whether the request was carried out is unknown',
    cause,
  })
  return { failure, retryAfterSeconds: 1 }
}
