import { entitlementSchema, LICENSE_WORKERS_MAX, licenseIdSchema, workerIdSchema } from '@rbee/schema'
import { z } from 'zod'

/** What the header of every licence says; a token with another one is not looked at (RFC 8725, 3.1 and 3.11). */
export const HEADER = { alg: 'EdDSA', typ: 'rbee-license+jwt' } as const

/** What a licence says: times in seconds since the epoch, as JSON Web Tokens count them (RFC 7519, 2). */
export const licenseClaimsSchema = z.object({
  /** Id of the licence. */
  jti: licenseIdSchema,
  /** Who bought it. */
  sub: z.string(),
  workers: z.array(workerIdSchema).min(1).max(LICENSE_WORKERS_MAX),
  entitlements: z.array(entitlementSchema),
  /** Null for as many machines as they like. */
  seats: z.int().positive().nullable(),
  iat: z.int().nonnegative(),
  /** Left out where it ends when it is revoked. */
  exp: z.int().nonnegative().optional(),
})
export type LicenseClaims = z.infer<typeof licenseClaimsSchema>
