import { z } from 'zod'
import { workerIdSchema } from './ids.ts'
import { LICENSE_TOKEN_MAX, licenseIdSchema } from './license-token.ts'
import { line } from './manifest.ts'
import { seatKindSchema } from './seats.ts'
import { reasonSchema } from './standing.ts'

// Licences of premium workers. What a token holds and how it is signed is in @rbee/licences.

export const LICENSE_WORKERS_MAX = 20
export const LICENSE_ENTITLEMENTS_MAX = 20
const LIFETIME_MAX_SECONDS = 10 * 365 * 86_400

export const entitlementSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._:-]{0,63}$/, 'must be a lower-case word such as support or batch')

const workersSchema = z.array(workerIdSchema).min(1).max(LICENSE_WORKERS_MAX)
const entitlementsSchema = z.array(entitlementSchema).max(LICENSE_ENTITLEMENTS_MAX)
const seatsSchema = z.int().positive().max(1_000_000)
const lifetimeSchema = z.int().positive().max(LIFETIME_MAX_SECONDS)
export const customerSchema = line(200).describe('Who bought it, as the operator calls them')

/** Body of `POST /v1/licenses` (operators only). */
export const licenseInputSchema = z.strictObject({
  customer: customerSchema,
  workers: workersSchema,
  entitlements: entitlementsSchema.default([]),
  seats: seatsSchema.optional().describe('Machines that it is for; as many as they like where left out'),
  expires_in_seconds: lifetimeSchema.optional().describe('Until it is revoked where left out'),
  trial: z.boolean().default(false),
  floating: z
    .boolean()
    .default(false)
    .describe('Whether a seat is free again when its machine falls silent; else it stays with the machine'),
})
export type LicenseInput = z.infer<typeof licenseInputSchema>

/** How a licence stands now. */
export const licenseStatusSchema = z.enum(['active', 'expired', 'revoked'])
export type LicenseStatus = z.infer<typeof licenseStatusSchema>

/** A licence as operators see it: without its token, which is stored nowhere. */
export const issuedLicenseSchema = z.object({
  id: licenseIdSchema,
  customer: z.string(),
  workers: z.array(workerIdSchema),
  entitlements: z.array(z.string()),
  seats: z.int().nullable(),
  /** What a seat stays with. */
  kind: seatKindSchema,
  /** Seats that are in use now; only where one licence is shown. */
  seats_used: z.int().nonnegative().optional(),
  trial: z.boolean(),
  status: licenseStatusSchema,
  /** RFC 3339. */
  issued_at: z.string(),
  /** RFC 3339; null for one that ends when it is revoked. */
  expires_at: z.string().nullable(),
  /** RFC 3339. */
  revoked_at: z.string().nullable(),
  revoke_reason: z.string().nullable(),
})
export type License = z.infer<typeof issuedLicenseSchema>

/** Answer to issuing and extending: the only place where the text of the token ever stands. */
export const licenseAnswerSchema = z.object({ token: z.string(), license: issuedLicenseSchema })
export type LicenseAnswer = z.infer<typeof licenseAnswerSchema>

/** Answer of `GET /v1/licenses`: those that were issued last first. */
export const licenseListSchema = z.object({
  licenses: z.array(issuedLicenseSchema),
  total: z.int().nonnegative(),
  next_cursor: z.string().nullable(),
})
export type LicenseList = z.infer<typeof licenseListSchema>

/** Body of `POST /v1/licenses/:id/revoke`. */
export const licenseRevocationSchema = z.strictObject({ reason: reasonSchema })
export type LicenseRevocation = z.infer<typeof licenseRevocationSchema>

/** Body of `POST /v1/licenses/:id/extend`: how long it is valid from now on. */
export const licenseExtensionSchema = z.strictObject({ expires_in_seconds: lifetimeSchema })
export type LicenseExtension = z.infer<typeof licenseExtensionSchema>

/** Body of `POST /v1/licenses/verify`. */
export const licenseCheckSchema = z.strictObject({ token: z.string().min(1).max(LICENSE_TOKEN_MAX) })

/** Why a licence is not valid. */
export const licenseFaultSchema = z
  .enum(['malformed', 'signature', 'early', 'unknown', 'revoked', 'expired'])
  .describe('early: it was issued in the future, by the clock of who reads it')
export type LicenseFault = z.infer<typeof licenseFaultSchema>

/** Answer of `POST /v1/licenses/verify`. Of a token that this server did not sign, nothing is told. */
export const licenseVerdictSchema = z.object({
  valid: z.boolean(),
  license_id: licenseIdSchema.nullable(),
  customer: z.string().nullable(),
  worker_ids: z.array(workerIdSchema),
  entitlements: z.array(z.string()),
  seats: z.int().nullable(),
  expires_at: z.string().nullable(),
  reason: licenseFaultSchema.optional(),
})
export type LicenseVerdict = z.infer<typeof licenseVerdictSchema>

/** Answer of `GET /v1/licenses/key`: with what clients check licences without the server (RFC 8037). */
export const licenseKeySchema = z.object({
  key_id: z.string().regex(/^[0-9a-f]{64}$/),
  public_key: z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'must be 32 bytes in base64url'),
})
export type LicenseKey = z.infer<typeof licenseKeySchema>
