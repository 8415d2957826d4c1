import { UPLOAD_PART_BYTES } from '@rbee/schema'

/** A part of an upload, and a little more for one that is too long. */
const READ_MAX_BYTES = UPLOAD_PART_BYTES + 2 ** 20

/**
 * Reads what a route left of a request's body, and drops it. Many clients look for the answer only once they have sent
 * everything: an answer that ends the connection before would reach them as a broken connection, without its reason.
 * Bodies beyond any that is allowed are not waited for.
 */
export async function readToEnd(request: Request): Promise<void> {
  if (request.method === 'GET' || request.method === 'HEAD') return
  const { body, bodyUsed, headers } = request
  if (body === null || bodyUsed || body.locked) return
  if (Number(headers.get('content-length') ?? 0) > READ_MAX_BYTES) return
  const reader = body.getReader()
  let size = 0
  try {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      size += chunk.value.length
      if (size > READ_MAX_BYTES) return
    }
  } catch {
    // Who breaks off sending does not wait for an answer either.
  }
}
