import { assertWorkerInScope } from '@rbee/registry'
import { transferListSchema, transferSchema } from '@rbee/schema'
import type { GuardedEndpoint } from '../../endpoint.ts'
import { jsonAnswer } from '../../http/answer.ts'
import {
  pathParameter,
  queryParameter,
  TRANSFER_ID,
  TRANSFER_STATE,
  WORKER_ID,
} from '../../http/parameters.ts'

export const listTransfers: GuardedEndpoint = {
  scope: 'operator',
  operation: {
    id: 'listTransfers',
    tag: 'Publishing',
    summary: 'What was asked for: changes of owner',
    description: 'With what a reviewer should know of each, and whether mails were handed over.',
    parameters: [TRANSFER_STATE],
    answers: [
      { status: 200, description: 'The last 200, newest first', content: { schema: transferListSchema } },
    ],
    errors: [],
  },
  async handle(context, { registry }, caller) {
    const status = queryParameter(context, TRANSFER_STATE)
    return jsonAnswer(await registry.listTransfers(caller, status === null ? {} : { status }))
  },
}

export const listWorkerTransfers: GuardedEndpoint = {
  scope: 'publish',
  operation: {
    id: 'listWorkerTransfers',
    tag: 'Publishing',
    summary: 'Changes of owner of a worker',
    description: 'Those that concern the token: its owner sees all of them, others what they asked for.',
    parameters: [WORKER_ID],
    answers: [{ status: 200, description: 'Newest first', content: { schema: transferListSchema } }],
    errors: ['invalid_id'],
  },
  async handle(context, { registry }, caller) {
    const id = pathParameter(context, WORKER_ID)
    assertWorkerInScope(caller, id)
    return jsonAnswer(await registry.listWorkerTransfers(caller, id))
  },
}

export const getTransfer: GuardedEndpoint = {
  scope: 'publish',
  operation: {
    id: 'getTransfer',
    tag: 'Publishing',
    summary: 'A change of owner that was asked for',
    description: 'For the former and the new owner, who asked for it, and operators.',
    parameters: [TRANSFER_ID],
    answers: [{ status: 200, description: 'The transfer', content: { schema: transferSchema } }],
    errors: ['transfer_not_found'],
  },
  async handle(context, { registry }, caller) {
    return jsonAnswer(await registry.readTransfer(caller, pathParameter(context, TRANSFER_ID)))
  },
}
