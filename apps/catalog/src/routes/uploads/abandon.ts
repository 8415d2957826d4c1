import type { GuardedEndpoint } from '../../endpoint.ts'
import { emptyAnswer } from '../../http/answer.ts'
import { pathParameter, UPLOAD_ID } from '../../http/parameters.ts'

export const abandonUpload: GuardedEndpoint = {
  scope: 'publish',
  operation: {
    id: 'abandonUpload',
    tag: 'Publishing',
    summary: 'Give an upload up',
    parameters: [UPLOAD_ID],
    answers: [{ status: 204, description: 'Its parts are removed' }],
    errors: ['upload_not_found'],
  },
  async handle(context, services, caller) {
    await services.registry.abandonUpload(caller, pathParameter(context, UPLOAD_ID))
    return emptyAnswer(204)
  },
}
