import { z } from 'zod'
import { logPlaceSchema } from '../log/check-logged.ts'

/** What spoke for a build beside the registry's signed documents when it was installed; kept with it. */
export const evidenceSchema = z.object({
  /** RFC 3339. */
  checked_at: z.string(),
  /** Null for a registry that keeps no log, or signs nothing. */
  log: logPlaceSchema.nullable(),
})
export type Evidence = z.infer<typeof evidenceSchema>
