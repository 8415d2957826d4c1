import { listedWorkersSchema } from '@rbee/schema'
import type { Context } from 'hono'
import type { Endpoint } from '../../endpoint.ts'
import { JSON_TYPE, jsonAnswer, SHORT_CACHE, taggedAnswer } from '../../http/answer.ts'
import { CURSOR, LIMIT, queryParameter } from '../../http/parameters.ts'
import type { Services } from '../../services.ts'
import { asksForSearch, questionIn, SEARCH_CURSOR, SEARCH_PARAMETERS } from '../search/question.ts'

const DEFAULT_LIMIT = 50
/** Answers of searches have cursors of their own, which are longer. */
const LIST_CURSOR = { ...CURSOR, schema: SEARCH_CURSOR.schema }

export const listWorkers: Endpoint = {
  operation: {
    id: 'listWorkers',
    tag: 'Workers',
    summary: 'List all workers',
    description:
      'Sorted by id; with words, filters or an order, the workers that a search finds, with highlights and facets. Follow `next_cursor` until it is null.',
    parameters: [LIMIT, LIST_CURSOR, ...SEARCH_PARAMETERS],
    answers: [
      {
        status: 200,
        description: 'One page of workers',
        content: { schema: listedWorkersSchema },
      },
    ],
    rateLimit: 'list',
    errors: [
      'invalid_limit',
      'invalid_cursor',
      'invalid_query',
      'invalid_platform',
      'invalid_filter',
      'invalid_sort',
    ],
  },
  dependsOn: 'documents',
  async handle(context, services) {
    const limit = queryParameter(context, LIMIT) ?? DEFAULT_LIMIT
    if (asksForSearch(context)) return searchedWorkers(context, services, limit)
    const { list, etag } = await services.reader.listWorkers(limit, queryParameter(context, CURSOR))
    return jsonAnswer(list, 200, { 'Content-Type': JSON_TYPE, 'Cache-Control': SHORT_CACHE, ETag: etag })
  },
}

async function searchedWorkers(context: Context, { search }: Services, limit: number) {
  const { hits, total, facets, next_cursor } = await search.find(questionIn(context, limit))
  const workers = hits.map(({ worker, highlights }) => ({ ...worker, highlights }))
  return taggedAnswer(JSON.stringify({ workers, total, facets, next_cursor }), JSON_TYPE)
}
