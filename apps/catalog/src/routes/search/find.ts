import { type SearchInput, searchAnswerSchema, searchInputSchema } from '@rbee/schema'
import type { PublicEndpoint } from '../../endpoint.ts'
import { JSON_TYPE, jsonAnswer, taggedAnswer } from '../../http/answer.ts'
import { readJson } from '../../http/json-body.ts'
import { queryParameter } from '../../http/parameters.ts'
import {
  EXPLAIN_PARAMETER,
  questionIn,
  refuseUnknown,
  SEARCH_CURSOR,
  SEARCH_LIMIT,
  SEARCH_PARAMETERS,
} from './question.ts'

const DEFAULT_LIMIT = 20
const PARAMETERS = [...SEARCH_PARAMETERS, SEARCH_CURSOR, SEARCH_LIMIT, EXPLAIN_PARAMETER] as const
const BODY = { schema: searchInputSchema, maxBytes: 128 * 2 ** 10 }
const FOUND = {
  status: 200,
  description: 'One page of hits',
  content: { schema: searchAnswerSchema },
} as const

export const findWorkers: PublicEndpoint = {
  operation: {
    id: 'searchWorkers',
    tag: 'Search',
    summary: 'Find workers',
    description:
      'Words, beginnings of words, "phrases", typing errors and synonyms of the field; how hits are ordered is in docs/search.md. Filters that stand several times take any of their values, `tag` all. Follow `next_cursor` until it is null: all pages show the catalog as it was at the first.',
    parameters: PARAMETERS,
    answers: [FOUND],
    rateLimit: 'search',
    errors: [
      'invalid_query',
      'invalid_platform',
      'invalid_filter',
      'invalid_sort',
      'invalid_limit',
      'invalid_cursor',
    ],
  },
  dependsOn: 'documents',
  async handle(context, { search }) {
    refuseUnknown(context, PARAMETERS)
    const limit = queryParameter(context, SEARCH_LIMIT) ?? DEFAULT_LIMIT
    const found = await search.find(questionIn(context, limit))
    return taggedAnswer(JSON.stringify(found), JSON_TYPE)
  },
}

export const findWorkersForHost: PublicEndpoint = {
  operation: {
    id: 'searchWorkersForHost',
    tag: 'Search',
    summary: 'Find workers that run on a machine',
    description:
      'The same with a host profile, which is not kept: each hit says whether it runs there and why. `fits: "only"` leaves out what does not.',
    body: BODY,
    answers: [FOUND],
    rateLimit: 'search',
    errors: ['invalid_cursor'],
  },
  async handle(context, { search }) {
    const input = await readJson(context, BODY)
    return jsonAnswer(await search.find(questionOf(input)))
  },
}

function questionOf(input: SearchInput) {
  const { q, sort, cursor, limit, explain, host_profile, fits, ...filters } = input
  return {
    q,
    filters,
    sort: sort ?? null,
    cursor: cursor ?? null,
    limit,
    explain,
    host: host_profile === undefined ? null : { profile: host_profile, fits },
  }
}
