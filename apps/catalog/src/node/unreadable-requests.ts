import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { problemOf, RbeeError } from '@rbee/schema'
import { SECURITY_HEADERS } from '../http/headers.ts'

const HEADERS = {
  ...SECURITY_HEADERS,
  'Content-Type': 'application/problem+json; charset=utf-8',
  'Cache-Control': 'no-store',
}

/** The answer to a request whose address or Host field make no URL, so that no route ever sees it. */
export function unreadableResponse(): Response {
  const failure = new RbeeError('bad_request', 'The address or the Host field of the request is not valid')
  return new Response(JSON.stringify(problemOf(failure)), { status: failure.status, headers: HEADERS })
}

/** Answers bytes that are no HTTP request, header fields that are too large and requests that take too long. */
export function answerUnreadable(error: Error, socket: Duplex): void {
  if (!socket.writable) {
    socket.destroy()
    return
  }
  const failure = unreadable('code' in error ? error.code : null)
  const body = JSON.stringify(problemOf(failure))
  const headers = { ...HEADERS, 'Content-Length': String(Buffer.byteLength(body)), Connection: 'close' }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  socket.end([`HTTP/1.1 ${failure.status} ${STATUS_CODES[failure.status]}`, ...lines, '', body].join('\r\n'))
}

function unreadable(cause: unknown): RbeeError {
  switch (cause) {
    case 'HPE_HEADER_OVERFLOW':
      return new RbeeError('headers_too_large', 'The header fields are larger than 16 KiB or too many')
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new RbeeError('request_timeout', 'The request did not arrive in time')
  }
  return new RbeeError('bad_request', 'These bytes are no valid HTTP request')
}
