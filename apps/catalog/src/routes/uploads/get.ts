import { uploadStateSchema } from '@rbee/schema'
import type { GuardedEndpoint } from '../../endpoint.ts'
import { jsonAnswer } from '../../http/answer.ts'
import { pathParameter, UPLOAD_ID } from '../../http/parameters.ts'

export const getUpload: GuardedEndpoint = {
  scope: 'publish',
  operation: {
    id: 'getUpload',
    tag: 'Publishing',
    summary: 'See which parts of an upload arrived',
    parameters: [UPLOAD_ID],
    answers: [{ status: 200, description: 'The state', content: { schema: uploadStateSchema } }],
    errors: ['upload_not_found', 'upload_expired'],
  },
  async handle(context, services, caller) {
    return jsonAnswer(await services.registry.uploadState(caller, pathParameter(context, UPLOAD_ID)))
  },
}
