import {
  LIST_SORTS,
  listSortSchema,
  publisherDocumentSchema,
  publisherIdSchema,
  RbeeError,
} from '@rbee/schema'
import { z } from 'zod'
import type { PublicEndpoint } from '../../endpoint.ts'
import { JSON_TYPE, taggedAnswer } from '../../http/answer.ts'
import { pathParameter, queryParameter } from '../../http/parameters.ts'
import { SEARCH_CURSOR, SEARCH_LIMIT } from './question.ts'

const DEFAULT_LIMIT = 20
const PUBLISHER = {
  name: 'publisher',
  in: 'path',
  schema: publisherIdSchema,
  code: 'invalid_id',
  description: 'Id of the publisher, as hits name it',
} as const
const SORT = {
  name: 'sort',
  in: 'query',
  schema: listSortSchema.or(z.never({ error: `must be one of ${LIST_SORTS.join(', ')}` })),
  code: 'invalid_sort',
  description: 'Order of its workers; `downloads` where it is left out',
  shape: { type: 'string', enum: LIST_SORTS },
} as const

export const getPublisher: PublicEndpoint = {
  operation: {
    id: 'getPublisher',
    tag: 'Search',
    summary: 'Show a publisher and its workers',
    parameters: [PUBLISHER, SORT, SEARCH_CURSOR, SEARCH_LIMIT],
    answers: [{ status: 200, description: 'The publisher', content: { schema: publisherDocumentSchema } }],
    rateLimit: 'detail',
    errors: ['invalid_id', 'publisher_not_found', 'invalid_sort', 'invalid_limit', 'invalid_cursor'],
  },
  dependsOn: 'documents',
  async handle(context, { search }) {
    const id = pathParameter(context, PUBLISHER)
    const limit = queryParameter(context, SEARCH_LIMIT) ?? DEFAULT_LIMIT
    const sort = queryParameter(context, SORT) ?? 'downloads'
    const cursor = queryParameter(context, SEARCH_CURSOR)
    const publisher = await search.publisher({ id, sort, limit, cursor })
    if (publisher === null) throw new RbeeError('publisher_not_found', `There is no publisher "${id}"`)
    return taggedAnswer(JSON.stringify(publisher), JSON_TYPE)
  },
}
