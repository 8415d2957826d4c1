import { z } from 'zod'
import { digestSchema, platformSchema, variantNameSchema, workerIdSchema } from './ids.ts'
import { envelopeSchema, publisherKeySchema } from './provenance.ts'
import { reasonSchema } from './standing.ts'
import { versionSchema } from './version.ts'

// What others say who built a published release once more. The rules that go beyond the shape of a value are in
// @rbee/provenance.

/** What came of a rebuild: the published bytes, or others. */
export const rebuildVerdictSchema = z.enum(['reproduced', 'differs'])
export type RebuildVerdict = z.infer<typeof rebuildVerdictSchema>

/** Most attestations of one release that count at a time, whoever made them. */
export const REBUILDS_MAX = 500

/** Body of `POST /v1/workers/:id/:version/rebuilds`: one artifact's attestation, and the key that signed it. */
export const rebuildInputSchema = z.strictObject({ envelope: envelopeSchema, key: publisherKeySchema })
export type RebuildInput = z.infer<typeof rebuildInputSchema>

/** Whose token an attestation came with: `operator`, or `token:` and a hash of the token's id. */
const accountSchema = z.string().min(1).max(100)

/** Who can be struck: a key by its id, or an account. */
export const rebuilderSchema = z
  .string()
  .regex(/^(?:[0-9a-f]{64}|operator|token:[0-9a-f]{32})$/, 'must be the id of a key or an account')

/** Whether an attestation counts, or why not. */
export const rebuildStandingSchema = z
  .enum(['counted', 'superseded', 'publisher', 'struck', 'same_rebuilder'])
  .describe(
    'superseded: its key attested anew later; publisher: it comes from who published the release; struck: operators do not count this rebuilder; same_rebuilder: another one of the same key or account counts in its place',
  )
export type RebuildStanding = z.infer<typeof rebuildStandingSchema>

/** One attestation. */
export const rebuildSchema = z.object({
  platform: platformSchema,
  variant: variantNameSchema,
  verdict: rebuildVerdictSchema,
  /** Of the uncompressed tar that came out. */
  rebuilt: digestSchema,
  key: publisherKeySchema,
  account: accountSchema,
  standing: rebuildStandingSchema,
  /** RFC 3339: when the registry took it. */
  attested_at: z.string(),
  /** What was signed. */
  envelope: envelopeSchema,
})
export type Rebuild = z.infer<typeof rebuildSchema>

/** Answer of `GET /v1/workers/:id/:version/rebuilds`: newest first. */
export const rebuildsSchema = z.object({
  worker: workerIdSchema,
  version: versionSchema,
  rebuilds: z.array(rebuildSchema),
  total: z.int().nonnegative(),
  next_cursor: z.string().nullable(),
})
export type Rebuilds = z.infer<typeof rebuildsSchema>

/** How many independent rebuilders came to the published bytes, and how many to others. */
export const rebuildCountsSchema = z.object({
  agree: z.int().nonnegative(),
  disagree: z.int().nonnegative(),
})
export type RebuildCounts = z.infer<typeof rebuildCountsSchema>

/** Answer of `POST /v1/workers/:id/:version/rebuilds`. */
export const rebuildAttestedSchema = z.object({
  verdict: rebuildVerdictSchema,
  counts: rebuildCountsSchema.describe('Of the artifact, now'),
})
export type RebuildAttested = z.infer<typeof rebuildAttestedSchema>

/** Body of `POST /v1/rebuilders/strikes`. */
export const strikeInputSchema = z.strictObject({
  rebuilder: rebuilderSchema,
  reason: reasonSchema,
  struck: z.boolean().default(true).describe('false counts the rebuilder again'),
})
export type StrikeInput = z.infer<typeof strikeInputSchema>

/** Answer of that call. */
export const strikeSchema = z.object({
  rebuilder: rebuilderSchema,
  struck: z.boolean(),
  reason: z.string(),
  /** Workers with attestations of this rebuilder. */
  workers: z.int().nonnegative(),
})
export type Strike = z.infer<typeof strikeSchema>
