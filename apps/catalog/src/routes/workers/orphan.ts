import { assertWorkerInScope } from '@rbee/registry'
import { orphanAnswerSchema, orphanInputSchema } from '@rbee/schema'
import type { GuardedEndpoint } from '../../endpoint.ts'
import { jsonAnswer } from '../../http/answer.ts'
import { readJson } from '../../http/json-body.ts'
import { pathParameter, WORKER_ID } from '../../http/parameters.ts'

const BODY = { schema: orphanInputSchema, maxBytes: 16 * 2 ** 10 }

export const orphanWorker: GuardedEndpoint = {
  scope: 'publish',
  operation: {
    id: 'orphanWorker',
    tag: 'Publishing',
    summary: 'Say that nobody looks after a worker any more',
    description:
      'Others may then ask to adopt it. Nothing of it is withdrawn; publishing it again, or `orphaned: false`, takes it back.',
    parameters: [WORKER_ID],
    body: BODY,
    answers: [{ status: 200, description: 'What is said of it', content: { schema: orphanAnswerSchema } }],
    errors: ['invalid_id', 'worker_not_found'],
  },
  async handle(context, { registry, log }, caller) {
    const id = pathParameter(context, WORKER_ID)
    assertWorkerInScope(caller, id)
    const input = await readJson(context, BODY)
    const answer = await registry.orphanWorker(caller, id, input)
    log.info({ worker: id, orphaned: input.orphaned, token: caller.tokenId }, 'worker orphaned')
    return jsonAnswer(answer)
  },
}
