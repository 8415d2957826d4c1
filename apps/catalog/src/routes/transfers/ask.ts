import { assertWorkerInScope } from '@rbee/registry'
import { transferInputSchema, transferSchema } from '@rbee/schema'
import type { GuardedEndpoint } from '../../endpoint.ts'
import { jsonAnswer } from '../../http/answer.ts'
import { readJson } from '../../http/json-body.ts'
import { pathParameter, WORKER_ID } from '../../http/parameters.ts'

const BODY = { schema: transferInputSchema, maxBytes: 16 * 2 ** 10 }

export const askTransfer: GuardedEndpoint = {
  scope: 'publish',
  operation: {
    id: 'askTransfer',
    tag: 'Publishing',
    summary: 'Ask staff to give a worker to another owner',
    description:
      'Its owner gives it away (`transfer`), or somebody wants to go on with an orphaned one (`adoption`). Nothing changes before staff approved it and a waiting time has passed, in which the former owner can object. Releases, names and bound publisher keys stay with the worker.',
    parameters: [WORKER_ID],
    body: BODY,
    answers: [
      { status: 201, description: 'The request', content: { schema: transferSchema } },
      { status: 200, description: 'The same was asked for before', content: { schema: transferSchema } },
    ],
    errors: [
      'invalid_id',
      'worker_not_found',
      'transfer_impossible',
      'worker_not_orphaned',
      'transfer_open',
      'rate_limited',
    ],
  },
  async handle(context, { registry, log }, caller) {
    const id = pathParameter(context, WORKER_ID)
    assertWorkerInScope(caller, id)
    const input = await readJson(context, BODY)
    const { created, transfer } = await registry.askTransfer(caller, id, input)
    if (!created) return jsonAnswer(transfer)
    log.info({ worker: id, transfer: transfer.id, token: caller.tokenId }, 'transfer asked for')
    return jsonAnswer(transfer, 201, { Location: `/v1/transfers/${transfer.id}` })
  },
}
