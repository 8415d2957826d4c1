import { z } from 'zod'
import { addressSchema, workerIdSchema } from './ids.ts'

/** What is signed of a worker: the file `workers/ID.json` of the signed metadata. */
export const workerIndexSchema = z.object({
  worker: workerIdSchema,
  /** Every address that leads to the worker, and the variant that it means; null for the worker itself. */
  addresses: z.record(addressSchema, z.string().nullable()),
  /** Digest and size in bytes of each document, by its address on the server. */
  documents: z.record(
    z.string(),
    z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/), length: z.int().nonnegative() }),
  ),
})
export type WorkerIndex = z.infer<typeof workerIndexSchema>
