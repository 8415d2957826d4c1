import { z } from 'zod'
import { catalogStateSchema } from './catalog.ts'
import { errorCodeSchema } from './problem.ts'

/** Body of `POST /v1/catalog/sync`, which may be left out: all catalogs are read again. */
export const catalogSyncInputSchema = z.object({
  /** Name of the one catalog to read, as `GET /v1/catalog/status` or the server's setting names it. */
  catalog: z.string().min(1).max(500).optional(),
  /** Compiles also what did not change, and believes a folder that turned up empty. */
  force: z.boolean().default(false),
})

/** A catalog that could not be read; what it brought before is served on. */
export const failedCatalogSchema = z.object({
  catalog: z.string(),
  code: errorCodeSchema,
  message: z.string(),
  next: z.string().nullable(),
})
export type FailedCatalog = z.infer<typeof failedCatalogSchema>

/** Answer of `POST /v1/catalog/sync`. */
export const catalogSyncReportSchema = z.object({
  /** `running`: it goes on after this answer, and `GET /v1/catalog/status` shows what came of it. */
  status: z.enum(['done', 'running']),
  /** Whether anything that is served changed. */
  changed: z.boolean(),
  /** The catalogs that were read, as they are now; empty while the sync is running. */
  catalogs: z.array(catalogStateSchema),
  failed: z.array(failedCatalogSchema),
})
export type CatalogSyncReport = z.infer<typeof catalogSyncReportSchema>

/** Answer of `POST /v1/webhooks/github`. */
export const webhookAnswerSchema = z.object({
  /** `scheduled`: the catalogs are read again soon. */
  status: z.enum(['pong', 'scheduled', 'ignored']),
  /** Names of the catalogs that are read again. */
  catalogs: z.array(z.string()),
  /** Why a delivery was ignored. */
  reason: z.string().nullable(),
})
export type WebhookAnswer = z.infer<typeof webhookAnswerSchema>
