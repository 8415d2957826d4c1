import { assertWorkerInScope } from '@rbee/registry'
import { trustedPublishersSchema } from '@rbee/schema'
import type { GuardedEndpoint } from '../../endpoint.ts'
import { jsonAnswer } from '../../http/answer.ts'
import { pathParameter, WORKER_ID } from '../../http/parameters.ts'

export const listTrustedPublishers: GuardedEndpoint = {
  scope: 'publish',
  operation: {
    id: 'listTrustedPublishers',
    tag: 'Publishing',
    summary: 'The workflows that may publish a worker',
    description: 'For its publisher and operators.',
    parameters: [WORKER_ID],
    answers: [{ status: 200, description: 'All of them', content: { schema: trustedPublishersSchema } }],
    errors: ['invalid_id', 'worker_not_found'],
  },
  async handle(context, { registry }, caller) {
    const id = pathParameter(context, WORKER_ID)
    assertWorkerInScope(caller, id)
    return jsonAnswer(await registry.listTrustedPublishers(caller, id))
  },
}
