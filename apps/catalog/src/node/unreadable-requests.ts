import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { problemOf, RbeeError } from '@rbee/schema'
import { methodNotAllowed, methodsAt } from '../allowed-methods.ts'
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

/**
 * Answers bytes that are no HTTP request, header fields that are too large and requests that take too long.
 *
 * @returns the failure that was told; null where nobody is there to be told.
 */
export function answerUnreadable(error: Error, socket: Duplex): RbeeError | null {
  if (!socket.writable) {
    socket.destroy()
    return null
  }
  const failure = unreadable(error)
  endWithProblem(socket, failure)
  return failure
}

/** Writes a problem as the last bytes of a connection whose request never became one. */
export function endWithProblem(socket: Duplex, failure: RbeeError): void {
  const { fields, body } = problemFields(failure)
  const lines = [...fields, 'Connection', 'close'].flatMap((name, index, all) =>
    index % 2 === 0 ? [`${name}: ${all[index + 1]}`] : [],
  )
  socket.write([`HTTP/1.1 ${failure.status} ${STATUS_CODES[failure.status]}`, ...lines, '', ''].join('\r\n'))
  socket.end(body)
}

/** A problem as header fields, names and values in turn, and body. */
export function problemFields(failure: RbeeError): {
  fields: readonly string[]
  body: Uint8Array<ArrayBuffer>
} {
  const body = new TextEncoder().encode(JSON.stringify(problemOf(failure)))
  const { allow } = failure.details
  const headers = {
    ...HEADERS,
    ...(Array.isArray(allow) ? { Allow: allow.join(', ') } : null),
    'Content-Length': String(body.length),
  }
  return { fields: Object.entries(headers).flat(), body }
}

/** What the parser of Node says of bytes that it cannot read. */
interface ParserError extends Error {
  readonly code?: unknown
  /** The bytes that arrived last. */
  readonly rawPacket?: unknown
}

function unreadable({ code, rawPacket }: ParserError): RbeeError {
  switch (code) {
    case 'HPE_INVALID_METHOD':
      return unknownMethod(rawPacket)
    case 'HPE_HEADER_OVERFLOW':
      return new RbeeError('headers_too_large', 'The header fields are larger than 16 KiB or too many')
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new RbeeError('request_timeout', 'The request did not arrive in time')
  }
  return noRequest()
}

function noRequest(): RbeeError {
  return new RbeeError('bad_request', 'These bytes are no valid HTTP request')
}

/** Node knows a list of methods and takes any other word for no request at all. */
function unknownMethod(packet: unknown): RbeeError {
  const line = packet instanceof Uint8Array ? Buffer.from(packet).subarray(0, 4096).toString('latin1') : ''
  const [, method, path] = /^([A-Za-z]{1,40}) (\/[^ ?#]*)[^ ]* HTTP\/1\.[01]\r\n/.exec(line) ?? []
  const allow = path === undefined ? null : methodsAt(path)
  return method === undefined || allow === null ? noRequest() : methodNotAllowed(method, allow)
}
