import { z } from 'zod'

/** Who stands behind a worker. */
export const publisherKindSchema = z.enum(['official', 'catalog', 'maintainer', 'token'])
export type PublisherKind = z.infer<typeof publisherKindSchema>
export const publisherIdSchema = z
  .string()
  .max(100)
  .regex(/^[a-z0-9][a-z0-9.-]*$/, 'may hold lower-case letters, digits, dots and hyphens only')
export const publisherRefSchema = z.object({ id: publisherIdSchema, name: z.string() })
export type PublisherRef = z.infer<typeof publisherRefSchema>

/** Who stands behind a worker, as far as the registry itself knows it. */
export const workerPublisherSchema = publisherRefSchema.extend({
  kind: publisherKindSchema,
  /** Official, or proven by the provider of its account. */
  verified: z.boolean(),
})
