import { assertWorkerInScope } from '@rbee/registry'
import type { GuardedEndpoint } from '../../endpoint.ts'
import { emptyAnswer } from '../../http/answer.ts'
import { PUBLISHER_ID, pathParameter, WORKER_ID } from '../../http/parameters.ts'

export const removeTrustedPublisher: GuardedEndpoint = {
  scope: 'publish',
  operation: {
    id: 'removeTrustedPublisher',
    tag: 'Publishing',
    summary: 'Let the runs of a workflow publish a worker no more',
    description:
      'For its publisher and operators. Tokens that its runs were given end at once. Stands in the transparency log.',
    parameters: [WORKER_ID, PUBLISHER_ID],
    answers: [{ status: 204, description: 'It is trusted no more' }],
    errors: ['invalid_id', 'worker_not_found', 'publisher_not_found'],
  },
  async handle(context, { registry, log }, caller) {
    const id = pathParameter(context, WORKER_ID)
    assertWorkerInScope(caller, id)
    const publisher = pathParameter(context, PUBLISHER_ID)
    await registry.removeTrustedPublisher(caller, id, publisher)
    log.info({ worker: id, publisher, token: caller.tokenId }, 'trusted publisher removed')
    return emptyAnswer(204)
  },
}
