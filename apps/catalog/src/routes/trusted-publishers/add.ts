import { assertWorkerInScope } from '@rbee/registry'
import { trustedPublisherInputSchema, trustedPublisherSchema } from '@rbee/schema'
import type { GuardedEndpoint } from '../../endpoint.ts'
import { jsonAnswer } from '../../http/answer.ts'
import { readJson } from '../../http/json-body.ts'
import { pathParameter, WORKER_ID } from '../../http/parameters.ts'

const BODY = { schema: trustedPublisherInputSchema, maxBytes: 4 * 2 ** 10 }

export const addTrustedPublisher: GuardedEndpoint = {
  scope: 'publish',
  operation: {
    id: 'addTrustedPublisher',
    tag: 'Publishing',
    summary: 'Let the runs of a workflow publish a worker',
    description:
      'For its publisher and operators. An operator may name a worker that does not exist yet: its id is taken from then on, and the workflow publishes it first. Stands in the transparency log.',
    parameters: [WORKER_ID],
    body: BODY,
    answers: [
      { status: 201, description: 'It is trusted from now on', content: { schema: trustedPublisherSchema } },
      { status: 200, description: 'It is trusted already', content: { schema: trustedPublisherSchema } },
    ],
    errors: [
      'invalid_id',
      'worker_not_found',
      'oidc_issuer_unknown',
      'tokens_refused',
      'name_taken',
      'name_reserved',
      'name_too_similar',
    ],
  },
  async handle(context, { registry, log }, caller) {
    const id = pathParameter(context, WORKER_ID)
    assertWorkerInScope(caller, id)
    const input = await readJson(context, BODY)
    const { changed, value } = await registry.addTrustedPublisher(caller, id, input)
    if (changed)
      log.info({ worker: id, publisher: value.id, token: caller.tokenId }, 'trusted publisher added')
    return jsonAnswer(value, changed ? 201 : 200, {
      Location: `/v1/workers/${id}/trusted-publishers/${value.id}`,
    })
  },
}
