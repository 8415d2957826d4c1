import type { SearchQuestion } from '@rbee/registry'
import {
  archSchema,
  featureSchema,
  minRatingSchema,
  modelFormatSchema,
  osSchema,
  priceSchema,
  RbeeError,
  SEARCH_CURSOR_MAX,
  SEARCH_QUERY_MAX,
  SEARCH_SORTS,
  SEARCH_VALUES_MAX,
  searchLicenseSchema,
  searchSortSchema,
  searchTagSchema,
  sourceKindSchema,
} from '@rbee/schema'
import type { Context } from 'hono'
import { z } from 'zod'
import { LIMIT, type Parameter, queryParameter, queryValues } from '../../http/parameters.ts'

/** A filter that may stand several times. */
function filter<Schema extends z.ZodType>(
  name: string,
  schema: Schema,
  description: string,
  code: Parameter['code'] = 'invalid_filter',
) {
  const shape = { type: 'array', items: z.toJSONSchema(schema, { io: 'input' }), maxItems: SEARCH_VALUES_MAX }
  return { name, in: 'query', schema, code, description, shape } as const
}

const QUERY = {
  name: 'q',
  in: 'query',
  schema: z.string().max(SEARCH_QUERY_MAX, `is longer than ${SEARCH_QUERY_MAX} characters`),
  code: 'invalid_query',
  description: 'Words; several in quotes stand in this order. All workers where it is left out',
} as const
const OS = filter(
  'platform',
  osSchema.or(z.never({ error: 'must be linux, macos or windows' })),
  'Operating system',
  'invalid_platform',
)
const ARCH = filter('arch', archSchema, 'Architecture')
const LICENSE = filter(
  'license',
  searchLicenseSchema,
  'A family such as `gpl`, or one SPDX identifier such as `GPL-3.0-or-later`',
)
const FEATURE = filter('feature', featureSchema, 'A backend or a feature, such as `cuda` or `streaming`')
const TAG = filter('tag', searchTagSchema, 'A tag; of several a worker has all')
const PRICE = filter('price', priceSchema, 'What is sold, or what is not')
const SOURCE = filter('source', sourceKindSchema, 'Whose worker it is')
const MODEL_FORMAT = filter('format', modelFormatSchema, 'A format of models, such as `gguf`')
const MIN_RATING = {
  name: 'min_rating',
  in: 'query',
  schema: z
    .string()
    .regex(/^\d(?:\.\d{1,2})?$/, 'must be a number from 0 to 5')
    .transform(Number)
    .pipe(minRatingSchema),
  code: 'invalid_filter',
  description: 'Least rating. There are no ratings yet, so that none but 0 finds anything',
  shape: { type: 'number', minimum: 0, maximum: 5 },
} as const
const SORT = {
  name: 'sort',
  in: 'query',
  schema: searchSortSchema.or(z.never({ error: `must be one of ${SEARCH_SORTS.join(', ')}` })),
  code: 'invalid_sort',
  description: 'Order; `relevance` where it is left out',
  shape: { type: 'string', enum: SEARCH_SORTS },
} as const
const EXPLAIN = {
  name: 'explain',
  in: 'query',
  schema: z.enum(['0', '1'], { error: 'must be 0 or 1' }),
  code: 'invalid_filter',
  description: '1 shows the parts of each score',
} as const
export const SEARCH_LIMIT = {
  ...LIMIT,
  schema: z
    .string()
    .regex(/^(?:[1-9]\d?|100)$/, 'must be a number from 1 to 100')
    .transform(Number),
  description: 'Hits per page',
  shape: { type: 'integer', minimum: 1, maximum: 100, default: 20 },
} as const
export const SEARCH_CURSOR = {
  name: 'cursor',
  in: 'query',
  schema: z.string().min(1).max(SEARCH_CURSOR_MAX),
  code: 'invalid_cursor',
  description: '`next_cursor` of the page before',
} as const

/** Characters of an unknown name that are said back. */
const SHOWN_MAX = 40

/** What restricts and orders a list. */
export const SEARCH_PARAMETERS = [
  QUERY,
  OS,
  ARCH,
  LICENSE,
  FEATURE,
  TAG,
  MIN_RATING,
  PRICE,
  SOURCE,
  MODEL_FORMAT,
  SORT,
] as const
export const EXPLAIN_PARAMETER = EXPLAIN

/** Whether an address asks for anything that takes a search. */
export function asksForSearch(context: Context): boolean {
  return SEARCH_PARAMETERS.some(({ name }) => (context.req.queries(name) ?? []).some((value) => value !== ''))
}

/** Fails with `invalid_filter`: a filter that is misspelt would find more than was asked for. */
export function refuseUnknown(context: Context, parameters: readonly Parameter[]): void {
  const names = parameters.map(({ name }) => name)
  const unknown = Object.keys(context.req.queries()).find((name) => !names.includes(name))
  if (unknown === undefined) return
  throw new RbeeError('invalid_filter', `Searching knows no parameter "${unknown.slice(0, SHOWN_MAX)}"`, {
    next: `The parameters are ${names.join(', ')}`,
    details: { parameter: unknown.slice(0, SHOWN_MAX) },
  })
}

/** The search that an address asks for. Empty values, as forms send them, are left out. */
export function questionIn(context: Context, limit: number): SearchQuestion {
  const rating = queryValues(context, MIN_RATING)
  if (rating.length > 1)
    throw new RbeeError('invalid_filter', 'The parameter min_rating stands more than once')
  return {
    q: single(context, QUERY) ?? '',
    filters: {
      platform: queryValues(context, OS),
      arch: queryValues(context, ARCH),
      license: queryValues(context, LICENSE),
      feature: queryValues(context, FEATURE),
      tag: queryValues(context, TAG),
      min_rating: rating[0] ?? null,
      price: queryValues(context, PRICE),
      source: queryValues(context, SOURCE),
      format: queryValues(context, MODEL_FORMAT),
    },
    sort: single(context, SORT),
    cursor: queryParameter(context, SEARCH_CURSOR),
    limit,
    explain: single(context, EXPLAIN) === '1',
    host: null,
  }
}

function single<Schema extends z.ZodType>(
  context: Context,
  parameter: Parameter<Schema>,
): z.output<Schema> | null {
  return context.req.query(parameter.name) === '' ? null : queryParameter(context, parameter)
}
