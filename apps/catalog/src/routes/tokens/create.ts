import { tokenAnswerSchema, tokenInputSchema } from '@rbee/schema'
import type { GuardedEndpoint } from '../../endpoint.ts'
import { jsonAnswer } from '../../http/answer.ts'
import { readJson } from '../../http/json-body.ts'

const BODY = { schema: tokenInputSchema, maxBytes: 4 * 2 ** 10 }

export const createToken: GuardedEndpoint = {
  scope: 'operator',
  operation: {
    id: 'createToken',
    tag: 'Tokens',
    summary: 'Make a token',
    description: 'The answer is the only place where its text ever stands.',
    body: BODY,
    answers: [{ status: 201, description: 'The token', content: { schema: tokenAnswerSchema } }],
    errors: [],
  },
  async handle(context, services, caller) {
    const answer = await services.registry.createToken(caller, await readJson(context, BODY))
    services.log.info({ token: answer.id, scope: answer.scope, by: caller.tokenId }, 'token created')
    return jsonAnswer(answer, 201, { Location: `/v1/tokens/${answer.id}` })
  },
}
