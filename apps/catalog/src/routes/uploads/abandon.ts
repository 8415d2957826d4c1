import type { Endpoint } from '../../endpoint.ts'
import { emptyAnswer } from '../../http/answer.ts'
import { callerOf } from '../../http/bearer.ts'
import { pathParameter, UPLOAD_ID } from '../../http/parameters.ts'

export const abandonUpload: Endpoint = {
  operation: {
    id: 'abandonUpload',
    tag: 'Publishing',
    summary: 'Give an upload up',
    parameters: [UPLOAD_ID],
    answers: [{ status: 204, description: 'Its parts are removed' }],
    errors: ['upload_not_found'],
    scope: 'publish',
  },
  async handle(context, services) {
    const caller = await callerOf(context, services)
    await services.registry.abandonUpload(caller, pathParameter(context, UPLOAD_ID))
    return emptyAnswer(204)
  },
}
