import {
  entitlementSchema,
  fingerprintSchema,
  LICENSE_WORKERS_MAX,
  licenseIdSchema,
  seatKindSchema,
  workerIdSchema,
} from '@rbee/schema'
import { z } from 'zod'

/** What licences and leases are signed with; a text with another algorithm is not looked at (RFC 8725, 3.1). */
export const ALGORITHM = 'EdDSA'
/** What the header of every licence says, so that no other signed text passes as one (RFC 8725, 3.11). */
export const LICENSE_TYPE = 'rbee-license+jwt'
/** The same of leases. */
export const LEASE_TYPE = 'rbee-lease+jwt'

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
  /** What its seats stay with; left out where that is the machine. */
  kind: seatKindSchema.optional(),
  iat: z.int().nonnegative(),
  /** Left out where it ends when it is revoked. */
  exp: z.int().nonnegative().optional(),
})
export type LicenseClaims = z.infer<typeof licenseClaimsSchema>

/** What the lease of a seat says; times as in {@link licenseClaimsSchema}. */
export const leaseClaimsSchema = z.object({
  /** Id of the licence that the seat is of. */
  jti: licenseIdSchema,
  /** The machine that the seat is for. */
  fingerprint: fingerprintSchema,
  workers: z.array(workerIdSchema).min(1).max(LICENSE_WORKERS_MAX),
  entitlements: z.array(entitlementSchema),
  kind: seatKindSchema,
  iat: z.int().nonnegative(),
  exp: z.int().nonnegative(),
  /** For how many seconds behind `exp` a worker may go on while the registry cannot be asked. */
  grace: z.int().nonnegative(),
})
export type LeaseClaims = z.infer<typeof leaseClaimsSchema>
