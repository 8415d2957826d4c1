import { z } from 'zod'
import { sourceKindSchema } from './catalog.ts'
import { workerSummarySchema } from './documents.ts'
import { hostProfileSchema } from './host-profile.ts'
import { archSchema, osSchema } from './ids.ts'
import { rejectionCodeSchema } from './plan.ts'
import { publisherIdSchema, publisherKindSchema, publisherRefSchema } from './publisher.ts'

// What searching asks and answers. How hits are ordered is in docs/search.md.

/** Characters of a query that are looked at; what is longer is refused. */
export const SEARCH_QUERY_MAX = 1000
export const SEARCH_CURSOR_MAX = 2000
/** Values that one filter may have. */
export const SEARCH_VALUES_MAX = 20

export const SEARCH_SORTS = ['relevance', 'recent', 'downloads', 'rating', 'name'] as const
export const searchSortSchema = z.enum(SEARCH_SORTS)
/** Orders of a list that nothing was searched in. */
export const LIST_SORTS = ['downloads', 'recent', 'name'] as const
export const listSortSchema = z.enum(LIST_SORTS)
export type ListSort = z.infer<typeof listSortSchema>
export type SearchSort = z.infer<typeof searchSortSchema>

export const priceSchema = z.enum(['free', 'paid'])

/** The filters, in the order in which facets are listed. */
export const SEARCH_FILTERS = [
  'platform',
  'arch',
  'license',
  'feature',
  'tag',
  'min_rating',
  'price',
  'source',
  'format',
] as const
export const searchFilterSchema = z.enum(SEARCH_FILTERS)
export type SearchFilter = z.infer<typeof searchFilterSchema>

const values = <Value extends z.ZodType>(value: Value) => z.array(value).max(SEARCH_VALUES_MAX)

export const featureSchema = z
  .string()
  .max(40)
  .regex(/^[a-z0-9][a-z0-9-]*$/, 'must be a backend or a feature, such as cuda or streaming')
export const searchTagSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be a lower-case word of at most 40 characters')
export const modelFormatSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,39}$/, 'must be a model format, such as gguf')
/** A family such as `gpl`, or one SPDX identifier such as `GPL-3.0-or-later`. */
export const searchLicenseSchema = z
  .string()
  .max(100)
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9.:+-]*$/,
    'must be a family such as gpl, or an SPDX identifier such as GPL-3.0-or-later',
  )
export const minRatingSchema = z.number().min(0).max(5)

/** What workers have to be, beside the words. An empty filter restricts nothing. */
export const searchFiltersSchema = z.object({
  platform: values(osSchema).default([]),
  arch: values(archSchema).default([]),
  license: values(searchLicenseSchema).default([]),
  feature: values(featureSchema).default([]),
  tag: values(searchTagSchema).default([]).describe('All of them'),
  min_rating: minRatingSchema.nullable().default(null),
  price: values(priceSchema).default([]),
  source: values(sourceKindSchema).default([]),
  format: values(modelFormatSchema).default([]),
})
export type SearchFilters = z.infer<typeof searchFiltersSchema>

/** One value or several, as people write them. */
const oneOrMore = <Value extends z.ZodType>(value: Value) =>
  z.union([value.transform((one) => [one]), values(value)]).default([])

/** Body of `POST /v1/search`: the parameters of the address, and the machine. */
export const searchInputSchema = z.strictObject({
  q: z.string().max(SEARCH_QUERY_MAX).default(''),
  platform: oneOrMore(osSchema),
  arch: oneOrMore(archSchema),
  license: oneOrMore(searchLicenseSchema),
  feature: oneOrMore(featureSchema),
  tag: oneOrMore(searchTagSchema),
  min_rating: minRatingSchema.nullable().default(null),
  price: oneOrMore(priceSchema),
  source: oneOrMore(sourceKindSchema),
  format: oneOrMore(modelFormatSchema),
  sort: searchSortSchema.optional(),
  cursor: z.string().min(1).max(SEARCH_CURSOR_MAX).optional(),
  limit: z.int().min(1).max(100).default(20),
  explain: z.boolean().default(false),
  host_profile: hostProfileSchema.optional().describe('What "rbee-hive detect --json" prints'),
  fits: z
    .enum(['mark', 'only'])
    .default('mark')
    .describe('Whether workers that do not run on this machine are marked or left out'),
})
export type SearchInput = z.infer<typeof searchInputSchema>

/** A worker as search lists it. */
export const foundWorkerSchema = workerSummarySchema.extend({
  publisher: publisherRefSchema,
  downloads: z.int().nonnegative(),
  published_at: z.string(),
  quarantined: z.boolean().default(false).describe('Whether its latest release is blocked'),
})
export type FoundWorker = z.infer<typeof foundWorkerSchema>

/** A pair; written as a list of two, which all readers of JSON Schemas know. */
const rangeSchema: z.ZodType<[number, number]> = z
  .array(z.int().nonnegative())
  .length(2)
  .transform(([begin = 0, end = 0]): [number, number] => [begin, end])

export const highlightSchema = z.object({
  field: z.enum(['name', 'description', 'readme', 'tags', 'id']),
  text: z.string().describe('Plain text; of a README a part of it'),
  ranges: z
    .array(rangeSchema)
    .describe('Where the words stand: begin and end in UTF-16 units, sorted, without overlaps'),
})
export type Highlight = z.infer<typeof highlightSchema>

/** Whether a worker runs on the machine that was asked about, as the resolver decides. */
export const fitSchema = z.discriminatedUnion('runs', [
  z.object({
    runs: z.literal(true),
    variant: z.string(),
    platform: z.string(),
    reason: z.string(),
    code: z.null(),
  }),
  z.object({
    runs: z.literal(false),
    variant: z.null(),
    platform: z.string(),
    reason: z.string(),
    code: rejectionCodeSchema,
  }),
])
export type Fit = z.infer<typeof fitSchema>

/** The parts that a score is the sum of; see docs/search.md. */
export const scoreSchema = z.object({
  exact: z.number().describe('The query is its id, an alias or its name, or the beginning of one'),
  text: z.number().describe('Where the words stand'),
  downloads: z.number(),
  recency: z.number(),
  publisher: z.number().describe('Official, or verified'),
  binaries: z.number().describe('Can be installed without building it'),
  standing: z.number().describe('Deprecated, withdrawn or a look-alike: taken off'),
})
export type Score = z.infer<typeof scoreSchema>

export const searchHitSchema = z.object({
  worker: foundWorkerSchema,
  highlights: z.array(highlightSchema),
  fit: fitSchema.nullable(),
  score: z.number(),
  explain: scoreSchema.nullable(),
})
export type SearchHit = z.infer<typeof searchHitSchema>

export const facetValueSchema = z.object({ value: z.string(), count: z.int().nonnegative() })
export type FacetValue = z.infer<typeof facetValueSchema>
const facet = z.array(facetValueSchema)

/** For each filter, how many hits each value has, as if that filter were not set. Most first. */
export const facetsSchema = z.object({
  platform: facet,
  arch: facet,
  license: facet.describe('Families'),
  feature: facet,
  tag: facet.describe('The 30 with the most hits'),
  min_rating: facet,
  price: facet,
  source: facet,
  format: facet,
})
export type Facets = z.infer<typeof facetsSchema>

/** Answer of `/v1/search`. */
export const searchAnswerSchema = z.object({
  query: z.object({
    q: z.string(),
    sort: searchSortSchema,
    filters: searchFiltersSchema,
    fits: z.enum(['mark', 'only']).nullable(),
    matching: z
      .enum(['all', 'most', 'any'])
      .describe('Which of the words a hit has; fewer than all only where nothing has all'),
  }),
  corrected: z
    .string()
    .nullable()
    .describe('What was searched for instead, where q as it stands finds nothing'),
  hits: z.array(searchHitSchema),
  total: z.int().nonnegative(),
  facets: facetsSchema,
  next_cursor: z.string().nullable(),
})
export type SearchAnswer = z.infer<typeof searchAnswerSchema>

/** Answer of `/v1/workers`: the list of all, or the workers that a search finds, which say more. */
export const listedWorkersSchema = z.object({
  workers: z.array(
    workerSummarySchema.extend({
      publisher: publisherRefSchema.optional(),
      downloads: z.int().nonnegative().optional(),
      published_at: z.string().optional(),
      highlights: z.array(highlightSchema).optional(),
    }),
  ),
  total: z.int(),
  facets: facetsSchema.optional(),
  next_cursor: z.string().nullable(),
})

/** Answer of `/v1/tags`: by count, then by name. */
export const tagListSchema = z.object({
  tags: z.array(z.object({ name: z.string(), count: z.int().nonnegative() })),
})
export type TagList = z.infer<typeof tagListSchema>

/** Answer of `/v1/suggest`. */
export const suggestionsSchema = z.object({
  suggestions: z.array(
    z.object({
      kind: z.enum(['worker', 'tag', 'publisher']),
      text: z.string(),
      id: z.string().nullable().describe('Of the worker or publisher; null for a tag'),
      url: z.string().describe('Of the worker, of the search for the tag, or of the publisher'),
    }),
  ),
})
export type Suggestions = z.infer<typeof suggestionsSchema>

/** Answer of `/v1/publishers/:id`. */
export const publisherDocumentSchema = z.object({
  id: publisherIdSchema,
  name: z.string(),
  kind: publisherKindSchema,
  verified: z.boolean(),
  workers: z.array(foundWorkerSchema).describe('By downloads'),
  total: z.int().nonnegative(),
  next_cursor: z.string().nullable(),
  downloads: z.int().nonnegative().describe('Of all its workers'),
  since: z.string().describe('When the first of its workers that are there was first published'),
})
export type PublisherDocument = z.infer<typeof publisherDocumentSchema>
