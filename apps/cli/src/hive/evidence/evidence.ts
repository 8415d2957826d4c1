import { z } from 'zod'

/** Where a release stands in the log of its registry. */
export const logPlaceSchema = z.object({
  /** Of the entry that publishes it, from 0. */
  index: z.int().nonnegative(),
  /** Entries of the log that was compared with. */
  size: z.int().nonnegative(),
  /** When it was published, as the entry states it. */
  published_at: z.string(),
})
export type LogPlace = z.infer<typeof logPlaceSchema>

/** Who made a build, as its publisher's signature says. */
const publisherSchema = z.object({
  /** Ids of the keys that signed. */
  key_ids: z.array(z.string()),
  /** Since when the first of them belongs to the worker, RFC 3339. */
  bound_at: z.string(),
  repository: z.string().nullable(),
  ref: z.string().nullable(),
  commit: z.string().nullable(),
  /** Whether files differed from the commit; null where nobody knows. */
  uncommitted_changes: z.boolean().nullable(),
  /** Whether the publisher's program built it in one go; else it was brought, and this says only who packed it. */
  built_here: z.boolean(),
  builder: z.string(),
  /** Of the builder's run, where it has an address. */
  invocation: z.string().nullable(),
  built_at: z.string(),
})
export type Publisher = z.infer<typeof publisherSchema>

/** What spoke for a build beside the registry's signed documents when it was installed; kept with it. */
export const evidenceSchema = z.object({
  /** RFC 3339. */
  checked_at: z.string(),
  /** Null for a registry that keeps no log, or signs nothing. */
  log: logPlaceSchema.nullable(),
  /** Null where the worker had no publisher's keys. */
  publisher: publisherSchema.nullable().default(null),
})
export type Evidence = z.infer<typeof evidenceSchema>
