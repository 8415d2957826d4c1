import { uploadInputSchema, uploadStateSchema } from '@rbee/schema'
import type { GuardedEndpoint } from '../../endpoint.ts'
import { jsonAnswer } from '../../http/answer.ts'
import { readJson } from '../../http/json-body.ts'

const BODY = { schema: uploadInputSchema, maxBytes: 16 * 2 ** 10 }

export const openUpload: GuardedEndpoint = {
  scope: 'publish',
  operation: {
    id: 'openUpload',
    tag: 'Publishing',
    summary: 'Begin to upload an archive',
    description:
      'Answers the parts to send. An interrupted upload of the same bytes is taken up again; bytes that are stored already need no parts (`upload_id` is null).',
    body: BODY,
    answers: [
      { status: 201, description: 'Parts are expected', content: { schema: uploadStateSchema } },
      { status: 200, description: 'The bytes are stored already', content: { schema: uploadStateSchema } },
    ],
    errors: ['archive_too_large'],
  },
  async handle(context, services, caller) {
    const state = await services.registry.openUpload(caller, await readJson(context, BODY))
    if (state.upload_id === null) return jsonAnswer(state)
    return jsonAnswer(state, 201, { Location: `/v1/uploads/${state.upload_id}` })
  },
}
