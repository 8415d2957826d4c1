import { syncEntriesResultSchema, syncEntriesSchema } from '@rbee/schema'
import type { GuardedEndpoint } from '../../endpoint.ts'
import { jsonAnswer } from '../../http/answer.ts'
import { readJson } from '../../http/json-body.ts'
import { pathParameter, SYNC_ID } from '../../http/parameters.ts'

const BODY = { schema: syncEntriesSchema, maxBytes: 16 * 2 ** 20 }

export const addSyncEntries: GuardedEndpoint = {
  scope: 'operator',
  operation: {
    id: 'addSyncEntries',
    tag: 'Catalogs',
    summary: 'Send entries of a catalog',
    description: 'At most 50 at once. Each is checked by itself: a bad one is refused, the others are taken.',
    parameters: [SYNC_ID],
    body: BODY,
    answers: [
      { status: 200, description: 'What became of each', content: { schema: syncEntriesResultSchema } },
    ],
    errors: ['sync_not_found'],
  },
  async handle(context, services, caller) {
    const sync = pathParameter(context, SYNC_ID)
    const { entries } = await readJson(context, BODY)
    return jsonAnswer(await services.registry.addSyncEntries(caller, sync, entries))
  },
}
