import { suggestionsSchema } from '@rbee/schema'
import { z } from 'zod'
import type { PublicEndpoint } from '../../endpoint.ts'
import { JSON_TYPE, taggedAnswer } from '../../http/answer.ts'
import { LIMIT, queryParameter } from '../../http/parameters.ts'

const TYPED_MAX = 100
const DEFAULT_LIMIT = 8
const TYPED = {
  name: 'q',
  in: 'query',
  schema: z.string().max(TYPED_MAX, `is longer than ${TYPED_MAX} characters`),
  code: 'invalid_query',
  description: 'What was typed so far',
} as const
const SUGGESTIONS = {
  ...LIMIT,
  schema: z
    .string()
    .regex(/^(?:[1-9]|1\d|20)$/, 'must be a number from 1 to 20')
    .transform(Number),
  description: 'Suggestions, at most',
  shape: { type: 'integer', minimum: 1, maximum: 20, default: DEFAULT_LIMIT },
} as const

export const suggest: PublicEndpoint = {
  operation: {
    id: 'suggest',
    tag: 'Search',
    summary: 'Suggest workers, tags and publishers',
    description: 'Whose names begin with what was typed.',
    parameters: [TYPED, SUGGESTIONS],
    answers: [{ status: 200, description: 'The best first', content: { schema: suggestionsSchema } }],
    rateLimit: 'search',
    errors: ['invalid_query', 'invalid_limit'],
  },
  dependsOn: 'documents',
  async handle(context, { search }) {
    const typed = queryParameter(context, TYPED) ?? ''
    const limit = queryParameter(context, SUGGESTIONS) ?? DEFAULT_LIMIT
    return taggedAnswer(JSON.stringify(await search.suggest(typed, limit)), JSON_TYPE)
  },
}
