import { type Answer, emptyAnswer, type HeaderFields } from './answer.ts'
import { matchesAnyTag } from './entity-tags.ts'
import { type CrossOrigin, SECURITY_HEADERS } from './headers.ts'

/** What every answer becomes on its way out; see {@link respond}. */
export interface ResponseRules {
  readonly crossOrigin: CrossOrigin
}

/**
 * Makes the response: answers with a tag the client has already become 304, HEAD loses its body, and the headers that
 * stand on every answer are added.
 */
export async function respond(
  request: Request,
  answer: Answer,
  requestId: string,
  rules: ResponseRules,
): Promise<Response> {
  const sent = isKnownToClient(request, answer) ? await notModified(answer) : answer
  const headers = { ...SECURITY_HEADERS, ...sent.headers, 'X-Request-Id': requestId }
  const origin = request.headers.get('origin')
  if (origin !== null) Object.assign(headers, rules.crossOrigin(origin))
  if (request.method === 'HEAD') return headResponse(sent, headers)
  return new Response(sent.body, { status: sent.status, headers })
}

function isKnownToClient(request: Request, { status, headers }: Answer): boolean {
  if (status !== 200 || headers.ETag === undefined) return false
  if (request.method !== 'GET' && request.method !== 'HEAD') return false
  const field = request.headers.get('if-none-match')
  return field !== null && matchesAnyTag(field, headers.ETag)
}

/** The fields that RFC 9110 (15.4.5) wants on a 304. */
const KEPT_ON_304 = ['ETag', 'Cache-Control', 'Vary', 'Content-Location']

async function notModified(answer: Answer): Promise<Answer> {
  await discard(answer)
  const kept = Object.entries(answer.headers).filter(([name]) => KEPT_ON_304.includes(name))
  return { ...emptyAnswer(304), headers: Object.fromEntries(kept) }
}

async function headResponse(answer: Answer, headers: HeaderFields): Promise<Response> {
  await discard(answer)
  const length = answer.body instanceof Uint8Array ? { 'Content-Length': String(answer.body.length) } : null
  return new Response(null, { status: answer.status, headers: { ...headers, ...length } })
}

/** A body that is not sent must be let go of: it may be an open file. */
async function discard({ body }: Answer): Promise<void> {
  if (body instanceof ReadableStream) await body.cancel()
}
