import { problemOf, RbeeError } from '@rbee/schema'
import type { Log } from '../log.ts'
import { failurePage } from '../site/failures.ts'
import { type Answer, type HeaderFields, jsonAnswer } from './answer.ts'

/** Where nothing better is known. */
const RETRY_SECONDS = 5

/**
 * Turns whatever a route threw into an answer: the only place where failures become HTTP.
 *
 * @param asPage whether people read it, and get a page that says the same.
 */
export function problemAnswer(error: unknown, requestId: string, log: Log, asPage = false): Answer {
  const failure = asFailure(error, requestId)
  if (failure.status >= 500) log.error({ request_id: requestId, error }, failure.message)
  const problem = problemOf(failure)
  const answer = jsonAnswer(problem, failure.status, {
    'Content-Type': 'application/problem+json; charset=utf-8',
    ...headersOf(failure),
  })
  return asPage ? failurePage(problem, answer) : answer
}

/** A bug tells nothing about itself to strangers; the request's id leads the operator to the log. */
function asFailure(error: unknown, requestId: string): RbeeError {
  if (error instanceof RbeeError) return error
  return new RbeeError('internal', 'Something went wrong in the server', {
    details: { request_id: requestId },
    next: `tell the operator of the server the request id ${requestId}`,
    cause: error,
  })
}

/** The header fields that HTTP wants beside some status codes (RFC 9110). */
function headersOf(failure: RbeeError): HeaderFields {
  switch (failure.status) {
    case 401:
      return { 'WWW-Authenticate': 'Bearer realm="rbee"' }
    case 405:
      return { Allow: detail(failure, 'allow') }
    case 416:
      return { 'Content-Range': `bytes */${detail(failure, 'size')}` }
    case 429:
    case 503:
      return { 'Retry-After': String(failure.details.retry_after ?? RETRY_SECONDS) }
  }
  return {}
}

function detail(failure: RbeeError, name: string): string {
  const value = failure.details[name]
  return Array.isArray(value) ? value.join(', ') : String(value)
}
