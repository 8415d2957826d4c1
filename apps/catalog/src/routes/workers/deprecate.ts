import { assertWorkerInScope } from '@rbee/registry'
import { deprecationInputSchema, standingInputSchema, workerDocumentSchema } from '@rbee/schema'
import type { GuardedEndpoint, Success } from '../../endpoint.ts'
import { jsonAnswer } from '../../http/answer.ts'
import { readJson } from '../../http/json-body.ts'
import { pathParameter, WORKER_ID } from '../../http/parameters.ts'

const MAX_BYTES = 16 * 2 ** 10
const DEPRECATION = { schema: deprecationInputSchema, maxBytes: MAX_BYTES }
const STANDING = { schema: standingInputSchema, maxBytes: MAX_BYTES }

const ANSWERS: readonly Success[] = [
  { status: 200, description: 'The worker as it stands', content: { schema: workerDocumentSchema } },
]

export const deprecateWorker: GuardedEndpoint = {
  scope: 'publish',
  operation: {
    id: 'deprecateWorker',
    tag: 'Publishing',
    summary: 'Say that a worker should not be used any more',
    description:
      'And which one should be instead. Nothing of it is withdrawn. For its publisher and operators; the same again changes nothing.',
    parameters: [WORKER_ID],
    body: DEPRECATION,
    answers: ANSWERS,
    errors: ['invalid_id', 'worker_not_found'],
  },
  async handle(context, { registry, log }, caller) {
    const id = pathParameter(context, WORKER_ID)
    assertWorkerInScope(caller, id)
    const input = await readJson(context, DEPRECATION)
    const { changed, worker } = await registry.deprecateWorker(caller, id, input)
    if (changed) log.info({ worker: id, event: 'deprecate', token: caller.tokenId }, 'worker changed')
    return jsonAnswer(worker)
  },
}

export const undeprecateWorker: GuardedEndpoint = {
  scope: 'publish',
  operation: {
    id: 'undeprecateWorker',
    tag: 'Publishing',
    summary: 'Take back that a worker should not be used any more',
    description: 'What its manifest says of it stays. For its publisher and operators.',
    parameters: [WORKER_ID],
    body: STANDING,
    answers: ANSWERS,
    errors: ['invalid_id', 'worker_not_found'],
  },
  async handle(context, { registry, log }, caller) {
    const id = pathParameter(context, WORKER_ID)
    assertWorkerInScope(caller, id)
    const { reason } = await readJson(context, STANDING)
    const { changed, worker } = await registry.undeprecateWorker(caller, id, reason)
    if (changed) log.info({ worker: id, event: 'undeprecate', token: caller.tokenId }, 'worker changed')
    return jsonAnswer(worker)
  },
}
