import { RbeeError, UPLOAD_PART_BYTES, uploadStateSchema } from '@rbee/schema'
import type { Context } from 'hono'
import type { GuardedEndpoint } from '../../endpoint.ts'
import { jsonAnswer } from '../../http/answer.ts'
import { PART, pathParameter, UPLOAD_ID } from '../../http/parameters.ts'

export const writePart: GuardedEndpoint = {
  scope: 'publish',
  operation: {
    id: 'writePart',
    tag: 'Publishing',
    summary: 'Send one part of an archive',
    description:
      'Parts may come in any order, at the same time and more than once; the last one counts. Every part but the last has exactly `part_size` bytes.',
    parameters: [UPLOAD_ID, PART],
    body: {
      mediaType: 'application/octet-stream',
      description: 'The bytes of the part',
      maxBytes: UPLOAD_PART_BYTES,
    },
    answers: [{ status: 200, description: 'The part arrived', content: { schema: uploadStateSchema } }],
    errors: [
      'part_invalid',
      'upload_not_found',
      'upload_expired',
      'length_required',
      'body_too_large',
      'size_mismatch',
    ],
  },
  async handle(context, services, caller) {
    const upload = pathParameter(context, UPLOAD_ID)
    const part = pathParameter(context, PART)
    const size = statedLength(context)
    const body = context.req.raw.body ?? new Blob([]).stream()
    return jsonAnswer(await services.registry.writePart(caller, upload, part, body, size))
  },
}

/** Object stores need the length of a part before its first byte. */
function statedLength(context: Context): number {
  const field = context.req.header('content-length')
  if (field === undefined || !/^\d{1,15}$/.test(field)) {
    throw new RbeeError('length_required', 'A part needs a Content-Length', {
      next: 'send the part as bytes of a known length instead of chunks',
    })
  }
  const length = Number(field)
  if (length > UPLOAD_PART_BYTES) {
    throw new RbeeError('body_too_large', `A part has at most ${UPLOAD_PART_BYTES} bytes`, {
      details: { max_bytes: UPLOAD_PART_BYTES },
    })
  }
  return length
}
