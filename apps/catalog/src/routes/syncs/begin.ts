import { syncInputSchema, syncStateSchema } from '@rbee/schema'
import type { GuardedEndpoint } from '../../endpoint.ts'
import { jsonAnswer } from '../../http/answer.ts'
import { readJson } from '../../http/json-body.ts'

/** 200,000 ids and hashes. */
const BODY = { schema: syncInputSchema, maxBytes: 40 * 2 ** 20 }

export const beginSync: GuardedEndpoint = {
  scope: 'operator',
  operation: {
    id: 'beginSync',
    tag: 'Catalogs',
    summary: 'Begin to sync a catalog',
    description: 'Says what the catalog holds; the answer names the entries that have to be sent.',
    body: BODY,
    answers: [{ status: 201, description: 'What is needed', content: { schema: syncStateSchema } }],
    errors: ['catalog_limit'],
  },
  async handle(context, services, caller) {
    return jsonAnswer(await services.registry.beginSync(caller, await readJson(context, BODY)), 201)
  },
}
