import { syncFinishedSchema, syncFinishSchema } from '@rbee/schema'
import type { GuardedEndpoint } from '../../endpoint.ts'
import { jsonAnswer } from '../../http/answer.ts'
import { readJson } from '../../http/json-body.ts'
import { pathParameter, SYNC_ID } from '../../http/parameters.ts'

const BODY = { schema: syncFinishSchema, maxBytes: 16 * 2 ** 20 }

export const finishSync: GuardedEndpoint = {
  scope: 'operator',
  operation: {
    id: 'finishSync',
    tag: 'Catalogs',
    summary: 'Finish a sync',
    description:
      'Brings what was found in folders that could not be read, and removes what the catalog dropped. Repeat the call until `remaining` is 0.',
    parameters: [SYNC_ID],
    body: BODY,
    answers: [
      { status: 200, description: 'The state of the catalog', content: { schema: syncFinishedSchema } },
    ],
    errors: ['sync_not_found'],
  },
  async handle(context, services, caller) {
    const sync = pathParameter(context, SYNC_ID)
    const { findings, ...about } = await readJson(context, BODY)
    const state = await services.registry.finishSync(caller, sync, findings, about)
    const { catalog, commit, accepted, refused, remaining } = state
    services.log.info(
      { catalog, commit, accepted: accepted.length, refused: refused.length, remaining },
      'catalog synced',
    )
    return jsonAnswer(state)
  },
}
