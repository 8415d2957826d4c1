import { assertWorkerInScope } from '@rbee/registry'
import { type ErrorCode, keyChangeInputSchema, keyResetInputSchema, workerKeysSchema } from '@rbee/schema'
import type { GuardedEndpoint, Success } from '../../endpoint.ts'
import { jsonAnswer } from '../../http/answer.ts'
import { readJson } from '../../http/json-body.ts'
import { pathParameter, WORKER_ID } from '../../http/parameters.ts'

/** A change and its signed statement take a few thousand bytes. */
const MAX_BYTES = 64 * 2 ** 10
const CHANGE = { schema: keyChangeInputSchema, maxBytes: MAX_BYTES }
const RESET = { schema: keyResetInputSchema, maxBytes: MAX_BYTES }

const ANSWERS: readonly Success[] = [
  { status: 200, description: 'The keys as they are now', content: { schema: workerKeysSchema } },
]

const ERRORS: readonly ErrorCode[] = [
  'invalid_id',
  'worker_not_found',
  'publisher_key_invalid',
  'key_change_refused',
  'key_change_conflict',
]

export const changeWorkerKeys: GuardedEndpoint = {
  scope: 'publish',
  operation: {
    id: 'changeWorkerKeys',
    tag: 'Publishing',
    summary: 'Bind the first key of a worker, add one or revoke one',
    description:
      'From the first key on the worker takes signed releases only. Needs a token of its publisher and the signature of a key that is valid; the first key signs for itself. The same again changes nothing.',
    parameters: [WORKER_ID],
    body: CHANGE,
    answers: ANSWERS,
    errors: ERRORS,
  },
  async handle(context, { registry, log }, caller) {
    const id = pathParameter(context, WORKER_ID)
    assertWorkerInScope(caller, id)
    const input = await readJson(context, CHANGE)
    const { changed, keys } = await registry.changeKeys(caller, id, input)
    const facts = { worker: id, change: input.change, key: input.key.key_id, token: caller.tokenId }
    if (changed) log.info(facts, 'publisher keys changed')
    return jsonAnswer(keys)
  },
}

export const resetWorkerKeys: GuardedEndpoint = {
  scope: 'operator',
  operation: {
    id: 'resetWorkerKeys',
    tag: 'Publishing',
    summary: 'Take all keys of a worker away, for a publisher who lost theirs',
    description:
      'With `key` that one is the only one from then on; without, the publisher may bind another. Every machine that installed the worker refuses its next release until somebody there agrees.',
    parameters: [WORKER_ID],
    body: RESET,
    answers: ANSWERS,
    errors: ERRORS,
  },
  async handle(context, { registry, log }, caller) {
    const id = pathParameter(context, WORKER_ID)
    const input = await readJson(context, RESET)
    const { changed, keys } = await registry.resetKeys(caller, id, input)
    const facts = { worker: id, change: 'staff_reset', key: input.key?.key_id, token: caller.tokenId }
    if (changed) log.info(facts, 'publisher keys changed')
    return jsonAnswer(keys)
  },
}
