import { dependentsSchema } from '@rbee/schema'
import type { Endpoint } from '../../endpoint.ts'
import { JSON_TYPE, taggedAnswer } from '../../http/answer.ts'
import { ADDRESS, CURSOR, LIMIT, queryParameter } from '../../http/parameters.ts'
import { addressedWorker } from './addressed.ts'

const DEFAULT_LIMIT = 50

export const listDependents: Endpoint = {
  operation: {
    id: 'listDependents',
    tag: 'Workers',
    summary: 'List the workers that need a worker',
    description:
      'Those that name it, one of its variants or an alias among their dependencies: in the manifest of their latest release, or in the .SRCINFO of their catalog.',
    parameters: [ADDRESS, LIMIT, CURSOR],
    answers: [{ status: 200, description: 'One page, sorted by id', content: { schema: dependentsSchema } }],
    rateLimit: 'detail',
    errors: ['invalid_id', 'worker_not_found', 'invalid_limit', 'invalid_cursor'],
  },
  dependsOn: 'documents',
  async handle(context, services) {
    const limit = queryParameter(context, LIMIT) ?? DEFAULT_LIMIT
    const cursor = queryParameter(context, CURSOR) ?? null
    const { worker } = await addressedWorker(context, services)
    const page = await services.registry.listDependents(worker, limit, cursor)
    return taggedAnswer(JSON.stringify(page), JSON_TYPE)
  },
}
