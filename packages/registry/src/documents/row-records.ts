import {
  catalogEntrySchema,
  digestSchema,
  keyChangeSchema,
  platformSchema,
  publishedBySchema,
  publisherKeySchema,
  releaseInputSchema,
  sha256Schema,
  sourceKindSchema,
  variantNameSchema,
  versionSchema,
  workerIdSchema,
} from '@rbee/schema'
import { z } from 'zod'
import type { ReleaseRow, WorkerRecord } from '../ports/database.ts'

// The rows of a worker as documents. They are never served: a database that was lost is filled from them again, so that
// releases stay what they are and names stay with whom they belong to.

const provenanceRowSchema = z.object({
  version: versionSchema,
  platform: platformSchema,
  variant: variantNameSchema,
  sha256: sha256Schema,
  size: z.number(),
  keyIds: z.array(z.string()),
  attachedAt: z.number(),
})

const rebuildRowSchema = z.object({
  id: z.number(),
  version: versionSchema,
  platform: platformSchema,
  variant: variantNameSchema,
  key: publisherKeySchema,
  account: z.string(),
  own: z.boolean(),
  reproduced: z.boolean(),
  rebuilt: digestSchema,
  sha256: sha256Schema,
  at: z.number(),
  supersededAt: z.number().nullable(),
  strikes: z.array(z.object({ rebuilder: z.string(), reason: z.string(), at: z.number() })),
})

const patchRowSchema = z.object({
  version: versionSchema,
  platform: platformSchema,
  variant: variantNameSchema,
  fromDigest: digestSchema,
  fromVersion: versionSchema,
  format: z.string(),
  size: z.number(),
  sha256: sha256Schema,
  at: z.number(),
})

/** Everything of a worker but its releases. */
export const workerRowsSchema = z.object({
  worker: z.object({
    id: workerIdSchema,
    source: sourceKindSchema,
    owner: z.string(),
    createdAt: z.number(),
  }),
  names: z.array(
    z.object({
      name: z.string(),
      worker: workerIdSchema,
      kind: z.enum(['worker', 'variant', 'alias']),
      variant: z.string().nullable(),
    }),
  ),
  recipe: z
    .object({
      worker: workerIdSchema,
      catalog: z.string(),
      entry: catalogEntrySchema,
      hash: z.string(),
      updatedAt: z.number(),
    })
    .nullable(),
  deprecation: z
    .object({ reason: z.string(), successor: workerIdSchema.nullable(), at: z.number() })
    .optional(),
  tokensRefused: z.boolean().optional(),
  keyChanges: z.array(keyChangeSchema).optional(),
  provenance: z.array(provenanceRowSchema).optional(),
  rebuilds: z.array(rebuildRowSchema).optional(),
  patches: z.array(patchRowSchema).optional(),
})

export const releaseRowSchema = z.object({
  worker: workerIdSchema,
  version: versionSchema,
  input: releaseInputSchema,
  identity: z.string(),
  publishedAt: z.number(),
  publishedBy: z.string(),
  publisher: publishedBySchema.nullable().default(null),
  yanked: z.string().nullable(),
  yankedAt: z.number().nullable().default(null),
  quarantined: z.string().nullable(),
  quarantinedAt: z.number().nullable().default(null),
  securityFix: z.string().nullable().default(null),
})

export function workerRows({
  worker,
  names,
  recipe,
  deprecation,
  tokensRefused,
  keyChanges,
  provenance,
  rebuilds,
  patches,
}: WorkerRecord): z.input<typeof workerRowsSchema> {
  return {
    worker,
    names: [...names],
    recipe,
    ...(deprecation === undefined ? {} : { deprecation }),
    ...(tokensRefused ? { tokensRefused } : {}),
    ...(keyChanges === undefined ? {} : { keyChanges: [...keyChanges] }),
    ...(provenance === undefined
      ? {}
      : { provenance: provenance.map((row) => ({ ...row, keyIds: [...row.keyIds] })) }),
    ...(rebuilds === undefined
      ? {}
      : { rebuilds: rebuilds.map((row) => ({ ...row, strikes: [...row.strikes] })) }),
    ...(patches === undefined ? {} : { patches: [...patches] }),
  }
}

export function releaseRow(row: ReleaseRow): z.input<typeof releaseRowSchema> {
  return row
}
