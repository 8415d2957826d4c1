import { errorCodeSchema } from '@rbee/schema'
import { z } from 'zod'
import { installedBuildSchema } from '../installed.ts'

/** What a supervisor is asked to do by other commands of its user. */
export const stopRequestSchema = z.object({ grace_ms: z.number().min(0) })
export const switchRequestSchema = z.object({
  build: installedBuildSchema,
  restart: z.boolean(),
  ready_timeout_ms: z.number().positive(),
  drain_timeout_ms: z.number().min(0),
})
export type SwitchRequest = z.infer<typeof switchRequestSchema>

export const stopAnswerSchema = z.object({ killed: z.boolean() })

/** One line of the answer to a switch; the last one is `done` or `failed`. */
export const switchEventSchema = z.discriminatedUnion('event', [
  z.object({ event: z.literal('begun') }),
  /** New requests go to the new build. */
  z.object({ event: z.literal('switched') }),
  z.object({ event: z.literal('done'), cut: z.number().int() }),
  z.object({
    event: z.literal('failed'),
    error: z.object({ code: errorCodeSchema, message: z.string(), next: z.string().nullable() }),
  }),
])
export type SwitchEvent = z.infer<typeof switchEventSchema>

export const CONTROL_LIMIT_BYTES = 256 * 1024
