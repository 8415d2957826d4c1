import { z } from 'zod'
import { workerIdSchema } from './ids.ts'
import { mailAddressSchema } from './transfer.ts'

export const TOKEN_SCOPES = ['publish', 'operator'] as const
export const tokenScopeSchema = z.enum(TOKEN_SCOPES)
export type TokenScope = z.infer<typeof tokenScopeSchema>

/** Prefixes make a leaked token recognisable to secret scanners. */
export const TOKEN_PREFIX: Readonly<Record<TokenScope, string>> = {
  publish: 'rbee_pub_',
  operator: 'rbee_op_',
}

/** Body of `POST /v1/tokens` (operators only). */
export const tokenInputSchema = z.object({
  scope: tokenScopeSchema,
  /** Limits a publish token to one worker. */
  worker: workerIdSchema.optional(),
  expires_in_seconds: z
    .number()
    .int()
    .positive()
    .max(10 * 365 * 86_400)
    .optional(),
  /** Where its holder is told of transfers; never shown. */
  mail: mailAddressSchema.optional(),
})
export type TokenInput = z.infer<typeof tokenInputSchema>
export const tokenAnswerSchema = z.object({
  token: z.string(),
  id: z.string(),
  scope: tokenScopeSchema,
  worker: z.string().nullable(),
  expires_at: z.string().nullable(),
})
export type TokenAnswer = z.infer<typeof tokenAnswerSchema>

/** Answer of `GET /v1/tokens/current`: who the caller is. */
export const currentTokenSchema = z.object({
  /** Id of the token; `operator` for the server's own secret. */
  id: z.string(),
  scope: tokenScopeSchema,
  worker: z.string().nullable(),
})
export type CurrentToken = z.infer<typeof currentTokenSchema>
