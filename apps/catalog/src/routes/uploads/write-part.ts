import { UPLOAD_PART_BYTES, uploadStateSchema } from '@rbee/schema'
import type { GuardedEndpoint } from '../../endpoint.ts'
import { jsonAnswer } from '../../http/answer.ts'
import { PART, pathParameter, UPLOAD_ID } from '../../http/parameters.ts'
import { statedLength } from '../../http/stated-length.ts'

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
    const size = statedLength(context, 'A part', UPLOAD_PART_BYTES)
    const body = context.req.raw.body ?? new Blob([]).stream()
    return jsonAnswer(await services.registry.writePart(caller, upload, part, body, size))
  },
}
