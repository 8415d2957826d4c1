import { assertWorkerInScope } from '@rbee/registry'
import { tokensRefusedInputSchema, trustedPublishersSchema } from '@rbee/schema'
import type { GuardedEndpoint } from '../../endpoint.ts'
import { jsonAnswer } from '../../http/answer.ts'
import { readJson } from '../../http/json-body.ts'
import { pathParameter, WORKER_ID } from '../../http/parameters.ts'

const BODY = { schema: tokensRefusedInputSchema, maxBytes: 1024 }

export const refuseTokens: GuardedEndpoint = {
  scope: 'publish',
  operation: {
    id: 'refuseTokens',
    tag: 'Publishing',
    summary: 'Let trusted publishers alone publish a worker',
    description:
      'Its publisher or an operator turns it on; from then on only an operator turns it off or adds a trusted publisher, because a stolen token could do it as well. Stands in the transparency log.',
    parameters: [WORKER_ID],
    body: BODY,
    answers: [{ status: 200, description: 'How it stands', content: { schema: trustedPublishersSchema } }],
    errors: ['invalid_id', 'worker_not_found', 'tokens_refused'],
  },
  async handle(context, { registry, log }, caller) {
    const id = pathParameter(context, WORKER_ID)
    assertWorkerInScope(caller, id)
    const { tokens_refused } = await readJson(context, BODY)
    const { changed, value } = await registry.setTokensRefused(caller, id, tokens_refused)
    if (changed) log.info({ worker: id, tokens_refused, token: caller.tokenId }, 'worker changed')
    return jsonAnswer(value)
  },
}
