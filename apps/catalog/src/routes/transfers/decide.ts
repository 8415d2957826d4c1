import type { Caller, Registry } from '@rbee/registry'
import {
  objectionSchema,
  standingInputSchema,
  type Transfer,
  transferApprovalSchema,
  transferSchema,
} from '@rbee/schema'
import type { GuardedEndpoint, PublicEndpoint, Success } from '../../endpoint.ts'
import { jsonAnswer } from '../../http/answer.ts'
import { readJson } from '../../http/json-body.ts'
import { pathParameter, TRANSFER_ID } from '../../http/parameters.ts'

const MAX_BYTES = 16 * 2 ** 10
const APPROVAL = { schema: transferApprovalSchema, maxBytes: MAX_BYTES }
const STANDING = { schema: standingInputSchema, maxBytes: MAX_BYTES }
const OBJECTION = { schema: objectionSchema, maxBytes: MAX_BYTES }

const ANSWERS: readonly Success[] = [
  { status: 200, description: 'The transfer as it stands', content: { schema: transferSchema } },
]

export const approveTransfer: GuardedEndpoint = {
  scope: 'operator',
  operation: {
    id: 'approveTransfer',
    tag: 'Publishing',
    summary: 'Agree to a change of owner',
    description:
      'It takes effect by itself when the waiting time has passed, which runs from the moment when mail to the former owner was handed over, or from now on where there is no address. The same again changes nothing.',
    parameters: [TRANSFER_ID],
    body: APPROVAL,
    answers: ANSWERS,
    errors: ['transfer_not_found', 'transfer_closed', 'transfer_open', 'transfer_impossible'],
  },
  async handle(context, { registry, log }, caller) {
    const id = pathParameter(context, TRANSFER_ID)
    const transfer = await registry.approveTransfer(caller, id, await readJson(context, APPROVAL))
    log.info({ worker: transfer.worker, transfer: id, token: caller.tokenId }, 'transfer approved')
    return jsonAnswer(transfer)
  },
}

export const refuseTransfer: GuardedEndpoint = {
  scope: 'operator',
  operation: {
    id: 'refuseTransfer',
    tag: 'Publishing',
    summary: 'Refuse a change of owner',
    parameters: [TRANSFER_ID],
    body: STANDING,
    answers: ANSWERS,
    errors: ['transfer_not_found', 'transfer_closed'],
  },
  handle: ending('transfer refused', (registry, ...decision) => registry.refuseTransfer(...decision)),
}

export const cancelTransfer: GuardedEndpoint = {
  scope: 'publish',
  operation: {
    id: 'cancelTransfer',
    tag: 'Publishing',
    summary: 'Stop a change of owner before it takes effect',
    description: 'For the former and the new owner, who asked for it, and operators.',
    parameters: [TRANSFER_ID],
    body: STANDING,
    answers: ANSWERS,
    errors: ['transfer_not_found', 'transfer_closed'],
  },
  handle: ending('transfer cancelled', (registry, ...decision) => registry.cancelTransfer(...decision)),
}

export const objectToTransfer: PublicEndpoint = {
  operation: {
    id: 'objectToTransfer',
    tag: 'Publishing',
    summary: 'Stop a change of owner with the code out of the mail',
    description: 'For a former owner whose tokens are not valid any more. Needs no token.',
    parameters: [TRANSFER_ID],
    body: OBJECTION,
    answers: ANSWERS,
    errors: ['objection_invalid', 'transfer_closed'],
  },
  async handle(context, { registry, log }) {
    const id = pathParameter(context, TRANSFER_ID)
    const transfer = await registry.objectToTransfer(id, await readJson(context, OBJECTION))
    log.info({ worker: transfer.worker, transfer: id }, 'transfer objected to')
    return jsonAnswer(transfer)
  },
}

/** Ends a transfer for a reason, and logs what was done. */
function ending(
  message: string,
  end: (registry: Registry, caller: Caller, id: string, reason: string) => Promise<Transfer>,
): GuardedEndpoint['handle'] {
  return async (context, { registry, log }, caller) => {
    const id = pathParameter(context, TRANSFER_ID)
    const { reason } = await readJson(context, STANDING)
    const transfer = await end(registry, caller, id, reason)
    log.info({ worker: transfer.worker, transfer: id, token: caller.tokenId }, message)
    return jsonAnswer(transfer)
  }
}
