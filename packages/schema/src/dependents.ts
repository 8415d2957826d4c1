import { z } from 'zod'
import { workerIdSchema } from './ids.ts'
import { versionSchema } from './version.ts'

/** For what something is needed: to run (also to be started or installed), to be built or tested, or for a part of what it can do. */
export const needKindSchema = z.enum(['run', 'build', 'optional'])
export type NeedKind = z.infer<typeof needKindSchema>

/** Answer of `GET /v1/workers/:id/dependents`. */
export const dependentsSchema = z.object({
  worker: workerIdSchema,
  dependents: z
    .array(
      z.object({
        id: workerIdSchema,
        name: z.string(),
        description: z.string(),
        version: versionSchema,
        kinds: z.array(needKindSchema).describe('For what it needs the worker'),
        url: z.string(),
      }),
    )
    .describe('Workers that name it, or one of its variants or aliases, among what they need; sorted by id'),
  total: z.number().int().nonnegative(),
  next_cursor: z.string().nullable(),
})
export type Dependents = z.infer<typeof dependentsSchema>
