import { RbeeError } from '@rbee/schema'
import { type Answer, emptyAnswer } from './answer.ts'
import { matchesAnyTag, matchesStrongTag } from './entity-tags.ts'
import type { Exchange, FinishedAnswer } from './exchange.ts'
import { type CrossOrigin, SECURITY_HEADERS } from './headers.ts'

/** What the fields of every answer depend on besides its request. */
export interface AnswerRules {
  readonly crossOrigin: CrossOrigin
}

/** What a request must tell for its answer to be finished. */
type Asked = Pick<Exchange, 'id' | 'method' | 'field'>

/**
 * The answer as this client gets it: one with a tag that the client has already becomes 304, HEAD loses its body, and
 * the fields that stand on every answer are added. Answers that are kept in memory go through here as well, so that
 * they differ in nothing.
 */
export function finishAnswer(asked: Asked, answer: Answer, { crossOrigin }: AnswerRules): FinishedAnswer {
  const sent = isKnownToClient(asked, answer) ? notModified(answer) : answer
  const fields = [...fixedFields(sent), 'X-Request-Id', asked.id]
  const origin = asked.field('origin')
  if (origin !== null) fields.push(...crossOrigin(origin))
  return { status: sent.status, fields, body: asked.method === 'HEAD' ? null : sent.body }
}

/**
 * Fails with `precondition_failed` where a client asks for other bytes than these (RFC 9110, 13.1.1 and 13.2.1).
 * `If-Unmodified-Since` is not looked at, because no answer has a date of modification (13.1.4).
 */
export function requireAskedFor(asked: Asked, { status, headers }: Answer): void {
  const field = asked.field('if-match')
  if (field === null || status !== 200 || headers.ETag === undefined || !isRead(asked)) return
  if (matchesStrongTag(field, headers.ETag)) return
  throw new RbeeError('precondition_failed', `The tag is ${headers.ETag}, which If-Match does not name`, {
    next: 'ask again without If-Match, and take what was fetched before for outdated',
  })
}

function isRead({ method }: Asked): boolean {
  return method === 'GET' || method === 'HEAD'
}

function isKnownToClient(asked: Asked, { status, headers }: Answer): boolean {
  if (status !== 200 || headers.ETag === undefined || !isRead(asked)) return false
  const field = asked.field('if-none-match')
  return field !== null && matchesAnyTag(field, headers.ETag)
}

/** The fields that RFC 9110 (15.4.5) wants on a 304. */
const KEPT_ON_304 = ['ETag', 'Cache-Control', 'Vary', 'Content-Location']
const unmodified = new WeakMap<Answer, Answer>()

function notModified(answer: Answer): Answer {
  const known = unmodified.get(answer)
  if (known) return known
  const kept = Object.entries(answer.headers).filter(([name]) => KEPT_ON_304.includes(name))
  const made = { ...emptyAnswer(304), headers: Object.fromEntries(kept) }
  unmodified.set(answer, made)
  return made
}

const prepared = new WeakMap<Answer, readonly string[]>()

/** Fields that are the same for every client, made once for each answer. */
function fixedFields(answer: Answer): readonly string[] {
  const known = prepared.get(answer)
  if (known) return known
  const fields = Object.entries({ ...SECURITY_HEADERS, ...answer.headers, ...lengthOf(answer) }).flat()
  prepared.set(answer, fields)
  return fields
}

/** RFC 9110, 8.6: none on a 204; on a 304 it would have to be that of the body which is not sent. */
function lengthOf({ status, headers, body }: Answer): { 'Content-Length': string } | null {
  if (status === 204 || status === 304 || headers['Content-Length'] !== undefined) return null
  if (body instanceof ReadableStream) return null
  return { 'Content-Length': String(body?.length ?? 0) }
}

/** A body that is not sent must be let go of: it may be an open file. */
export async function letGo(answer: Answer, sent: FinishedAnswer): Promise<void> {
  if (sent.body === null && answer.body instanceof ReadableStream) await answer.body.cancel()
}
