import { workerListSchema } from '@rbee/schema'
import type { Endpoint } from '../../endpoint.ts'
import { JSON_TYPE, jsonAnswer, SHORT_CACHE } from '../../http/answer.ts'
import { CURSOR, LIMIT, queryParameter } from '../../http/parameters.ts'

const DEFAULT_LIMIT = 50

export const listWorkers: Endpoint = {
  operation: {
    id: 'listWorkers',
    tag: 'Workers',
    summary: 'List all workers',
    description: 'Sorted by id. Follow `next_cursor` until it is null.',
    parameters: [LIMIT, CURSOR],
    answers: [{ status: 200, description: 'One page of workers', content: { schema: workerListSchema } }],
    rateLimit: 'list',
    errors: ['invalid_limit', 'invalid_cursor'],
  },
  dependsOn: 'documents',
  async handle(context, { reader }) {
    const limit = queryParameter(context, LIMIT) ?? DEFAULT_LIMIT
    const { list, etag } = await reader.listWorkers(limit, queryParameter(context, CURSOR))
    return jsonAnswer(list, 200, { 'Content-Type': JSON_TYPE, 'Cache-Control': SHORT_CACHE, ETag: etag })
  },
}
