import { assertWorkerInScope } from '@rbee/registry'
import { workerEventsSchema } from '@rbee/schema'
import type { GuardedEndpoint } from '../../endpoint.ts'
import { jsonAnswer } from '../../http/answer.ts'
import { pathParameter, WORKER_ID } from '../../http/parameters.ts'

export const listWorkerEvents: GuardedEndpoint = {
  scope: 'publish',
  operation: {
    id: 'listWorkerEvents',
    tag: 'Publishing',
    summary: 'Who withdrew, blocked or deprecated what, when and why',
    description: 'The last thousand events of a worker and its releases, for its publisher and operators.',
    parameters: [WORKER_ID],
    answers: [{ status: 200, description: 'Newest first', content: { schema: workerEventsSchema } }],
    errors: ['invalid_id', 'worker_not_found'],
  },
  async handle(context, { registry }, caller) {
    const id = pathParameter(context, WORKER_ID)
    assertWorkerInScope(caller, id)
    return jsonAnswer(await registry.listEvents(caller, id))
  },
}
