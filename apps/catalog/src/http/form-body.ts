import { RbeeError } from '@rbee/schema'
import type { Context } from 'hono'
import { readLimited } from './json-body.ts'

/** Reads the fields of a form without files, as browsers send it; of at most `maxBytes` bytes. */
export async function readForm(context: Context, maxBytes: number): Promise<URLSearchParams> {
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(context.req.header('content-type') ?? '')) {
    throw new RbeeError(
      'unsupported_media_type',
      'The body must be sent as Content-Type: application/x-www-form-urlencoded',
    )
  }
  return new URLSearchParams(new TextDecoder().decode(await readLimited(context.req.raw, maxBytes)))
}
