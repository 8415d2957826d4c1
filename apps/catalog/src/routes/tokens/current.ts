import { currentTokenSchema } from '@rbee/schema'
import type { GuardedEndpoint } from '../../endpoint.ts'
import { jsonAnswer } from '../../http/answer.ts'

export const currentToken: GuardedEndpoint = {
  scope: 'publish',
  operation: {
    id: 'currentToken',
    tag: 'Tokens',
    summary: 'What the token of the call may do',
    description: 'Tries a token without changing anything.',
    answers: [{ status: 200, description: 'The token', content: { schema: currentTokenSchema } }],
    errors: [],
  },
  handle(_context, _services, { tokenId, scope, worker }) {
    return jsonAnswer({ id: tokenId, scope, worker })
  },
}
