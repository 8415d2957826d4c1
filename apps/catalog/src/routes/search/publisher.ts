import { publisherDocumentSchema, publisherIdSchema, RbeeError } from '@rbee/schema'
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

export const getPublisher: PublicEndpoint = {
  operation: {
    id: 'getPublisher',
    tag: 'Search',
    summary: 'Show a publisher and its workers',
    parameters: [PUBLISHER, SEARCH_CURSOR, SEARCH_LIMIT],
    answers: [{ status: 200, description: 'The publisher', content: { schema: publisherDocumentSchema } }],
    rateLimit: 'detail',
    errors: ['invalid_id', 'publisher_not_found', 'invalid_limit', 'invalid_cursor'],
  },
  dependsOn: 'documents',
  async handle(context, { search }) {
    const id = pathParameter(context, PUBLISHER)
    const limit = queryParameter(context, SEARCH_LIMIT) ?? DEFAULT_LIMIT
    const publisher = await search.publisher(id, limit, queryParameter(context, SEARCH_CURSOR))
    if (publisher === null) throw new RbeeError('publisher_not_found', `There is no publisher "${id}"`)
    return taggedAnswer(JSON.stringify(publisher), JSON_TYPE)
  },
}
