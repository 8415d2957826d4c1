import { catalogDroppedSchema, RbeeError } from '@rbee/schema'
import { z } from 'zod'
import type { GuardedEndpoint } from '../../endpoint.ts'
import { jsonAnswer } from '../../http/answer.ts'
import { type Parameter, queryParameter } from '../../http/parameters.ts'
import { knownName } from '../catalog/status.ts'

const CATALOG = {
  name: 'catalog',
  in: 'query',
  schema: z.string().min(1).max(500),
  code: 'bad_request',
  required: true,
  description: 'Name of the catalog, as `GET /v1/catalog/status` tells it',
} as const satisfies Parameter

export const dropCatalog: GuardedEndpoint = {
  scope: 'operator',
  operation: {
    id: 'dropCatalog',
    tag: 'Catalogs',
    summary: 'Drop a catalog',
    description:
      'Takes its descriptions away, so that another catalog may describe the workers. Names stay with their workers, and published releases are served on. Repeat the call until `remaining` is 0.',
    parameters: [CATALOG],
    answers: [{ status: 200, description: 'What was taken away', content: { schema: catalogDroppedSchema } }],
    errors: ['catalog_not_found'],
  },
  async handle(context, services, caller) {
    const catalog = queryParameter(context, CATALOG)
    if (catalog === null) throw new RbeeError('bad_request', 'The query names no catalog')
    const dropped = await services.registry.dropCatalog(caller, await knownName(services, catalog))
    services.log.info({ ...dropped }, 'catalog dropped')
    return jsonAnswer(dropped)
  },
}
