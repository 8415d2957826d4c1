import type { Answer } from './answer.ts'
import { acceptedCoding, type ContentCoding } from './content-coding.ts'
import type { Exchange } from './exchange.ts'
import { SECURITY_HEADERS } from './headers.ts'

/** Compresses a body; null where too much is being compressed already, or this runtime does not know the coding. */
export type Compress = (
  body: Uint8Array<ArrayBuffer>,
  coding: ContentCoding,
) => Promise<Uint8Array<ArrayBuffer> | null>

/** About what fits one packet with the header fields: less of it is not sooner there. */
const SMALLEST_BYTES = 1024
/** Larger answers would take a processor for a tenth of a second each. */
const LARGEST_BYTES = 8 * 2 ** 20
/** Text in any form. Archives, pictures and packages are compressed already. */
const TEXT = /^(?:text\/|application\/(?:json|xml)|(?:application|image)\/[\w.+-]+\+(?:json|xml))/

/**
 * The answer with which caches can tell codings apart: where clients may get it compressed, `Vary` says so. Only for
 * answers that depend on no other field of their request, so that they hold nothing that is to be kept secret: whoever
 * makes a browser ask for guesses beside a secret learns from the length whether they are right.
 */
export function negotiated(answer: Answer): Answer {
  if (!isCompressible(answer)) return answer
  const { headers } = answer
  return {
    ...answer,
    headers: { ...headers, Vary: `${headers.Vary ?? SECURITY_HEADERS.Vary}, Accept-Encoding` },
  }
}

/**
 * In which coding a client gets a negotiated answer; null where as it is. Requests with a token are always answered as it
 * is, for the reason above: the answer may come to depend on the token. A client that takes nothing that there is gets the
 * bytes as they are, as RFC 9110 (12.5.3) allows.
 */
export function codingFor(asked: Pick<Exchange, 'field'>, answer: Answer): ContentCoding | null {
  if (!isCompressible(answer) || asked.field('authorization') !== null) return null
  const { coding, refusesIdentity } = acceptedCoding(asked.field('accept-encoding'))
  return answer.body.length < SMALLEST_BYTES && !refusesIdentity ? null : coding
}

/**
 * The answer in a coding, with a strong tag of its own (RFC 9110, 8.8.3.3); as it is where that would win nothing, and null
 * where it cannot be compressed now.
 */
export async function inCoding(
  answer: Answer,
  coding: ContentCoding,
  compress: Compress,
): Promise<Answer | null> {
  if (!isCompressible(answer)) return answer
  const body = await compress(answer.body, coding)
  if (body === null) return null
  if (body.length >= answer.body.length) return answer
  const { ETag: tag, ...headers } = answer.headers
  return {
    status: answer.status,
    headers: {
      ...headers,
      'Content-Encoding': coding,
      ...(tag === undefined ? {} : { ETag: tag.replace(/"$/, `-${coding}"`) }),
    },
    body,
  }
}

type CompressibleAnswer = Answer & { readonly body: Uint8Array<ArrayBuffer> }

function isCompressible(answer: Answer): answer is CompressibleAnswer {
  const { status, headers, body } = answer
  if (status !== 200 || !(body instanceof Uint8Array)) return false
  if (body.length === 0 || body.length > LARGEST_BYTES) return false
  return TEXT.test(headers['Content-Type'] ?? '')
}
