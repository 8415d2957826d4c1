import { z } from 'zod'
import { binarySourceSchema, gitPlaceSchema, sourceKindSchema, textChecksSchema } from './catalog.ts'
import {
  archSchema,
  binaryNameSchema,
  digestSchema,
  osSchema,
  platformSchema,
  sha256Schema,
  variantNameSchema,
  workerIdSchema,
} from './ids.ts'
import { servedImageSchema } from './image.ts'
import { capabilitiesSchema, manifestObjectSchema, pricingSchema } from './manifest.ts'
import { PATCHES_MAX, patchDocumentSchema } from './patch.ts'
import { provenanceDocumentSchema } from './provenance.ts'
import { publishedBySchema } from './published-by.ts'
import { workerPublisherSchema } from './publisher.ts'
import { rebuildCountsSchema } from './rebuild.ts'
import { archiveFormatSchema } from './release.ts'
import { requirementsSchema } from './requirements.ts'
import { versionSchema } from './version.ts'

// The documents that the registry writes and the server serves without a database. Addresses in them are relative to
// the server, so that a document is right behind any host name, mirror or port.

export const distributionSchema = z.object({
  type: z.enum(['source', 'binary', 'binary-only', 'hybrid']),
  source_available: z.boolean(),
  binary_available: z.boolean(),
  requires_license: z.boolean(),
})
export type Distribution = z.infer<typeof distributionSchema>

/** Where bytes lie: from the root of the server on, or anywhere on the web. Clients go there. */
const downloadUrlSchema = z
  .string()
  .max(4000, { abort: true })
  .refine(
    (text) => text.startsWith('/') || (/^https?:/.test(text) && URL.canParse(text)),
    'must be a path of the server or an http address',
  )

export const archiveDocumentSchema = z.object({
  format: archiveFormatSchema,
  /** Of the compressed bytes behind `download_url`. */
  size: z.number().int(),
  checksum: digestSchema,
  download_url: downloadUrlSchema,
})
export type ArchiveDocument = z.infer<typeof archiveDocumentSchema>

export const artifactDocumentSchema = z.object({
  platform: platformSchema,
  /** Of the uncompressed tar. */
  digest: digestSchema,
  unpacked_size: z.number().int(),
  archives: z.array(archiveDocumentSchema),
  /** Who made it, signed with a key of its publisher; null where nothing of the kind was published. */
  provenance: provenanceDocumentSchema.nullable().default(null),
  /** Independent rebuilders, as operators count them; see docs/operating.md. */
  rebuilds: rebuildCountsSchema.default({ agree: 0, disagree: 0 }),
  /** From archives of earlier releases, newest first: fewer bytes for who has one of these. */
  patches: z.array(patchDocumentSchema).max(PATCHES_MAX).default([]),
})
export type ArtifactDocument = z.infer<typeof artifactDocumentSchema>

export const variantDocumentSchema = z.object({
  name: variantNameSchema,
  /** The address of this variant: `llm-worker-cuda`; the worker's own id where the layout does not expand features. */
  id: z.string(),
  backend: z.string(),
  priority: z.number(),
  requirements: requirementsSchema,
  artifacts: z.array(artifactDocumentSchema),
})
export type VariantDocument = z.infer<typeof variantDocumentSchema>

const platformPair = z.object({ os: osSchema, arch: archSchema })

/** What lists say of a worker. */
export const workerSummarySchema = z.object({
  id: workerIdSchema,
  name: z.string(),
  description: z.string(),
  version: versionSchema,
  source: sourceKindSchema,
  license: z.string(),
  tags: z.array(z.string()),
  distribution: distributionSchema,
  platforms: z.array(platformPair),
  variants: z.array(
    z.object({
      name: variantNameSchema,
      id: z.string(),
      backend: z.string(),
      platforms: z.array(platformSchema),
    }),
  ),
  capabilities: capabilitiesSchema,
  pricing: pricingSchema.nullable(),
  deprecated: z.boolean(),
  url: z.string(),
  versions_url: z.string(),
  pkgbuild_url: z
    .string()
    .nullable()
    .describe(
      'The PKGBUILD of its folder or a generated one; null where there is none, and none can be generated of the latest release',
    ),
  updated_at: z.string(),
})
export type WorkerSummary = z.infer<typeof workerSummarySchema>

export const workerListSchema = z.object({
  workers: z.array(workerSummarySchema),
  total: z.number().int(),
  next_cursor: z.string().nullable(),
})
export type WorkerList = z.infer<typeof workerListSchema>

const releaseFields = {
  version: versionSchema,
  /** RFC 3339. */
  published_at: z.string(),
  prerelease: z.boolean(),
  /** Null, or why it was withdrawn: hidden from choosing, still downloadable by who names it. */
  yanked: z.string().nullable(),
  /** RFC 3339. */
  yanked_at: z.string().nullable().default(null),
  /** Null, or why it may not run anywhere. */
  quarantined: z.string().nullable(),
  /** RFC 3339. */
  quarantined_at: z.string().nullable().default(null),
  /** Null, or what it cures, as confirmed by an operator: such a release need not wait for its age. */
  security_fix: z.string().nullable().default(null),
}

/** One release: all that is needed to choose and check an artifact. Served at `/v1/workers/:id/:version`. */
export const releaseDocumentSchema = z.object({
  worker: workerIdSchema,
  name: z.string(),
  ...releaseFields,
  source: sourceKindSchema,
  distribution: distributionSchema,
  license: z.string(),
  binary_name: binaryNameSchema,
  default_variant: variantNameSchema,
  platforms: z.array(platformPair),
  /** In the manifest's order, which decides ties. */
  variants: z.array(variantDocumentSchema),
  binary_sources: z.array(binarySourceSchema),
  dependencies: manifestObjectSchema.shape.dependencies,
  capabilities: capabilitiesSchema,
  selftest: manifestObjectSchema.shape.selftest.unwrap().nullable(),
  run: manifestObjectSchema.shape.run.unwrap().nullable(),
  /** Where its source lies; null for a release of which no catalog tells. */
  git: gitPlaceSchema.nullable().default(null),
  /** Null for a release of a time when that was not remembered. */
  published_by: publishedBySchema.nullable().default(null),
  /** SHA-256 over manifest, version and digests, as the transparency log and provenance name it; null where nothing was published. */
  release: sha256Schema.nullable().default(null),
  pricing: pricingSchema.nullable().default(null).describe('What it costs; null where it is free'),
})
export type ReleaseDocument = z.infer<typeof releaseDocumentSchema>

/** One worker with its latest release. Served at `/v1/workers/:id`. */
export const workerDocumentSchema = workerSummarySchema.omit({ variants: true }).extend({
  authors: z.array(z.string()),
  /** The first author, for readers of metadata.json. */
  author: z.string().nullable(),
  maintainers: z.array(z.string()),
  homepage: z.string().nullable(),
  repository: z.string().nullable(),
  documentation: z.string().nullable(),
  implementation: z.string().nullable(),
  binary_name: binaryNameSchema,
  features: z.array(z.string()),
  default_variant: variantNameSchema,
  dependencies: manifestObjectSchema.shape.dependencies,
  build: manifestObjectSchema.shape.build,
  screenshots: z.array(
    manifestObjectSchema.shape.screenshots.unwrap().element.extend({
      image: servedImageSchema
        .optional()
        .describe('Where the registry serves it; left out for what it does not hold'),
    }),
  ),
  deprecation: manifestObjectSchema.shape.deprecation
    .unwrap()
    .extend({
      since: z.string().nullable().default(null).describe('RFC 3339; null where its manifest says so'),
    })
    .nullable(),
  publisher: workerPublisherSchema
    .nullable()
    .default(null)
    .describe('Who stands behind it, as far as the registry itself knows'),
  git: gitPlaceSchema.nullable(),
  variants: z.array(variantDocumentSchema),
  binary_sources: z.array(binarySourceSchema),
  readme_url: z.string().nullable(),
  changelog_url: z.string().nullable().default(null),
  release_url: z.string(),
  aliases: z.array(z.string()),
  published_at: z.string(),
})
export type WorkerDocument = z.infer<typeof workerDocumentSchema>

/** Served at `/v1/workers/:id/versions`; newest first. */
export const versionsDocumentSchema = z.object({
  worker: workerIdSchema,
  latest: versionSchema,
  versions: z.array(z.string()),
  releases: z.array(
    z.object({
      ...releaseFields,
      distribution: distributionSchema,
      platforms: z.array(platformSchema),
      url: z.string(),
    }),
  ),
})
export type VersionsDocument = z.infer<typeof versionsDocumentSchema>

/** Served at `/v1/workers/:id/checks`: what the static checker finds in the texts that a catalog holds of a worker. */
export const workerChecksSchema = textChecksSchema.extend({
  worker: workerIdSchema,
  /** The version that the texts describe. */
  version: versionSchema,
})
export type WorkerChecks = z.infer<typeof workerChecksSchema>

/** Where an address leads: a worker, or one variant of it. */
export const aliasDocumentSchema = z.object({ worker: workerIdSchema, variant: variantNameSchema.nullable() })
export type AliasDocument = z.infer<typeof aliasDocumentSchema>

/** Answer of `/v1/workers/:id/:version/download`. */
export const downloadSchema = z.object({
  worker: workerIdSchema,
  version: versionSchema,
  variant: variantNameSchema,
  platform: platformSchema,
  format: archiveFormatSchema,
  download_url: z.string(),
  /** Of the bytes behind `download_url`. */
  checksum: digestSchema,
  size: z.number().int(),
  /** Of the uncompressed tar. */
  digest: digestSchema,
  /** Seconds until `download_url` stops working; null when it lasts. */
  expires_in: z.number().int().nullable(),
})
export type Download = z.infer<typeof downloadSchema>

/** The file `metadata.json` inside an archive. */
export const artifactMetadataSchema = z.object({
  id: workerIdSchema,
  version: versionSchema,
  variant: variantNameSchema,
  platform: platformSchema,
  binary_name: binaryNameSchema,
  license: z.string(),
  selftest: manifestObjectSchema.shape.selftest.unwrap().nullable(),
  run: manifestObjectSchema.shape.run.unwrap().nullable(),
})
export type ArtifactMetadata = z.infer<typeof artifactMetadataSchema>
