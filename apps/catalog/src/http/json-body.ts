import { describeIssues, RbeeError } from '@rbee/schema'
import type { Context } from 'hono'
import type { z } from 'zod'

/** Reads a JSON body of at most `maxBytes` bytes and checks its shape. */
export async function readJson<Value>(
  context: Context,
  body: { readonly schema: z.ZodType<Value>; readonly maxBytes: number },
): Promise<Value> {
  requireJson(context.req.header('content-type'))
  return checkedValue(await readLimited(context.req.raw, body.maxBytes), body.schema)
}

/** Reads a JSON body like {@link readJson}; without a body, the value is that of an empty object. */
export async function readOptionalJson<Value>(
  context: Context,
  body: { readonly schema: z.ZodType<Value>; readonly maxBytes: number },
): Promise<Value> {
  const bytes = await readLimited(context.req.raw, body.maxBytes)
  if (bytes.length === 0) return body.schema.parse({})
  requireJson(context.req.header('content-type'))
  return checkedValue(bytes, body.schema)
}

function checkedValue<Value>(bytes: Uint8Array, schema: z.ZodType<Value>): Value {
  const result = schema.safeParse(parseJson(bytes))
  if (result.success) return result.data
  throw new RbeeError('invalid_body', `The body is not as expected: ${describeIssues(result.error)}`, {
    details: {
      issues: result.error.issues
        .slice(0, 50)
        .map(({ path, message }) => ({ path: path.join('.'), message })),
    },
  })
}

function requireJson(contentType: string | undefined): void {
  if (contentType !== undefined && /^application\/(json|[\w.+-]+\+json)\s*(;|$)/i.test(contentType)) return
  throw new RbeeError('unsupported_media_type', 'The body must be sent as Content-Type: application/json')
}

/** Parses UTF-8 JSON; fails with `invalid_json`. */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    const reason = cause instanceof SyntaxError ? 'it breaks the syntax of JSON' : 'it is not UTF-8'
    throw new RbeeError('invalid_json', `The body cannot be read: ${reason}`, { cause })
  }
}

/**
 * The bytes of a body. Counts what arrives instead of believing the stated length; fails with `body_too_large`. A coded
 * body is refused with `unsupported_media_type`: unpacking it would let few bytes become many.
 */
export async function readLimited(request: Request, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = () =>
    new RbeeError('body_too_large', `The body is larger than ${maxBytes} bytes`, {
      details: { max_bytes: maxBytes },
    })
  const coding = request.headers.get('content-encoding') ?? 'identity'
  if (coding.trim().toLowerCase() !== 'identity') {
    throw new RbeeError('unsupported_media_type', 'The body must be sent without a Content-Encoding')
  }
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge()
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of arriving(request.body)) {
    size += chunk.length
    if (size > maxBytes) throw tooLarge()
    chunks.push(chunk)
  }
  const bytes = new Uint8Array(size)
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.length
  }
  return bytes
}

/** A client that goes away in the middle of its body is no failure of the server. */
async function* arriving(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  try {
    yield* body ?? []
  } catch (cause) {
    throw new RbeeError('bad_request', 'The body broke off', { cause })
  }
}
