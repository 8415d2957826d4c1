import { currentTokenSchema } from '@rbee/schema'
import type { Endpoint } from '../../endpoint.ts'
import { jsonAnswer } from '../../http/answer.ts'
import { callerOf } from '../../http/bearer.ts'

export const currentToken: Endpoint = {
  operation: {
    id: 'currentToken',
    tag: 'Tokens',
    summary: 'What the token of the call may do',
    description: 'Tries a token without changing anything.',
    answers: [{ status: 200, description: 'The token', content: { schema: currentTokenSchema } }],
    errors: [],
    scope: 'publish',
  },
  async handle(context, services) {
    const { tokenId, scope, worker } = await callerOf(context, services)
    return jsonAnswer({ id: tokenId, scope, worker })
  },
}
