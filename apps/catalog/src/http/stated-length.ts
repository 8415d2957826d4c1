import { RbeeError } from '@rbee/schema'
import type { Context } from 'hono'

/**
 * The length that a request states, for bodies that are stored: object stores need it before the first byte. Fails with
 * `length_required` or `body_too_large`.
 *
 * @param what the body is, to begin a sentence with.
 */
export function statedLength(context: Context, what: string, maxBytes: number): number {
  const field = context.req.header('content-length')
  if (field === undefined || !/^\d{1,15}$/.test(field)) {
    throw new RbeeError('length_required', `${what} needs a Content-Length`, {
      next: 'send it as bytes of a known length instead of chunks',
    })
  }
  const length = Number(field)
  if (length > maxBytes) {
    throw new RbeeError('body_too_large', `${what} has at most ${maxBytes} bytes`, {
      details: { max_bytes: maxBytes },
    })
  }
  return length
}
