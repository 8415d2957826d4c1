import type { IncomingMessage } from 'node:http'
import type { z } from 'zod'
import { describeIssues, RequestError } from '../errors.ts'
import type { RouteRequest } from '../worker.ts'

/**
 * Reads a request's body whole.
 *
 * @throws {RequestError} `unsupported_media_type` for a type outside `accepts` or a compressed body, `body_too_large`.
 */
export async function readBody(
  request: IncomingMessage,
  accepts: readonly string[],
  maxBytes: number,
): Promise<RouteRequest> {
  const mediaType = (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
  // A page in a browser can send text/plain anywhere without asking first; the types taken here it cannot.
  if (!accepts.includes(mediaType)) {
    throw new RequestError('unsupported_media_type', `The body must be ${accepts.join(' or ')}.`)
  }
  const encoding = request.headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity') {
    throw new RequestError('unsupported_media_type', 'The body must not be compressed.')
  }
  const body = await readLimited(request, maxBytes)
  return { mediaType, body, json: (schema) => parseJson(body, schema) }
}

async function readLimited(request: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const tooLarge = () => new RequestError('body_too_large', `The body is larger than ${maxBytes} bytes.`)
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge()
  const chunks: Uint8Array[] = []
  let size = 0
  // A request that is left alone is read to its end by Node; a destroyed one takes the answer with it.
  const stream: AsyncIterable<Uint8Array> = request.iterator({ destroyOnReturn: false })
  for await (const chunk of stream) {
    size += chunk.byteLength
    if (size > maxBytes) throw tooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function parseJson<T>(body: Uint8Array, schema: z.ZodType<T>): T {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch (cause) {
    throw new RequestError('invalid_json', 'The body is not valid JSON in UTF-8.', { cause })
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const path = parsed.error.issues[0]?.path.join('.')
  throw new RequestError('invalid_request', describeIssues(parsed.error), { param: path || null })
}
