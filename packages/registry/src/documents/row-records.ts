import {
  catalogEntrySchema,
  releaseInputSchema,
  sourceKindSchema,
  versionSchema,
  workerIdSchema,
} from '@rbee/schema'
import { z } from 'zod'
import type { ReleaseRow, WorkerRecord } from '../ports/database.ts'

// The rows of a worker as documents. They are never served: a database that was lost is filled from them again, so that
// releases stay what they are and names stay with whom they belong to.

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
})

export const releaseRowSchema = z.object({
  worker: workerIdSchema,
  version: versionSchema,
  input: releaseInputSchema,
  identity: z.string(),
  publishedAt: z.number(),
  publishedBy: z.string(),
  yanked: z.string().nullable(),
  quarantined: z.string().nullable(),
})

export function workerRows({ worker, names, recipe }: WorkerRecord): z.input<typeof workerRowsSchema> {
  return { worker, names: [...names], recipe }
}

export function releaseRow(row: ReleaseRow): z.input<typeof releaseRowSchema> {
  return row
}
