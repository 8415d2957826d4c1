import type { GuardedEndpoint } from '../../endpoint.ts'
import { emptyAnswer } from '../../http/answer.ts'
import { pathParameter, TOKEN_ID } from '../../http/parameters.ts'

export const revokeToken: GuardedEndpoint = {
  scope: 'publish',
  operation: {
    id: 'revokeToken',
    tag: 'Tokens',
    summary: 'End a token',
    description: 'Operators may end any token, everybody their own.',
    parameters: [TOKEN_ID],
    answers: [{ status: 204, description: 'The token is no longer valid' }],
    errors: ['not_found'],
  },
  async handle(context, services, caller) {
    const id = pathParameter(context, TOKEN_ID)
    await services.registry.revokeToken(caller, id)
    services.log.info({ token: id, by: caller.tokenId }, 'token revoked')
    return emptyAnswer(204)
  },
}
