import { z } from 'zod'
import { LICENSE_TOKEN_MAX, licenseIdSchema } from './license-token.ts'
import { line } from './manifest.ts'

// Seats of licences: which machines use one. What a lease holds and how it is signed is in @rbee/licences.

/** What the text of every lease begins with. */
export const LEASE_PREFIX = 'rbee_seat_'

/** Longer than every lease that can be issued; what is longer is not looked at. */
export const LEASE_MAX = 8192

/**
 * Names a machine to one licence: SHA-256 over the licence's id and the machine's own id, in hex. Two licences know the same
 * machine by different ones, so that nobody can join them.
 */
export const fingerprintSchema = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'must be the 64 digits of a fingerprint')
  .describe('SHA-256 over the id of the licence and that of the machine, in hex')

export const seatKindSchema = z
  .enum(['machine', 'floating'])
  .describe(
    'machine: a seat stays with its machine until it is released; floating: it is free again when its lease ended without a heartbeat',
  )
export type SeatKind = z.infer<typeof seatKindSchema>

/** Machines that may use a licence which states no seats: as many as anybody has, and no endless list. */
export const SEATS_UNSTATED_MAX = 100_000

const machineSchema = z.strictObject({
  token: z.string().min(1).max(LICENSE_TOKEN_MAX),
  fingerprint: fingerprintSchema,
})

/** Body of `POST /v1/licenses/activate`. */
export const seatActivationSchema = machineSchema.extend({
  label: line(100).optional().describe('How the owner of the licence calls the machine'),
})
export type SeatActivation = z.infer<typeof seatActivationSchema>

/** Body of `POST /v1/licenses/heartbeat` and of `POST /v1/licenses/release`. */
export const seatUseSchema = machineSchema
export type SeatUse = z.infer<typeof seatUseSchema>

/** How many seats a licence has, and how many are in use. */
export const seatCountSchema = z.object({
  /** Null for as many as there are machines. */
  total: z.int().nullable(),
  used: z.int().nonnegative(),
})
export type SeatCount = z.infer<typeof seatCountSchema>

/** Answer of `POST /v1/licenses/activate` and `heartbeat`. */
export const seatAnswerSchema = z.object({
  license_id: licenseIdSchema,
  fingerprint: fingerprintSchema,
  kind: seatKindSchema,
  lease: z.string().max(LEASE_MAX).describe('Signed: a machine shows with it that it has a seat'),
  lease_expires_at: z.iso.datetime(),
  grace_seconds: z
    .int()
    .nonnegative()
    .describe('For how long behind it a worker may go on while the registry cannot be asked'),
  heartbeat_seconds: z.int().positive().describe('How often to ask for a new lease while a worker runs'),
  seats: seatCountSchema,
})
export type SeatAnswer = z.infer<typeof seatAnswerSchema>

/** Answer to releasing a seat. */
export const seatReleasedSchema = z.object({ released: z.literal(true), seats: seatCountSchema })
export type SeatReleased = z.infer<typeof seatReleasedSchema>

/** Answer of `GET /v1/licenses/:id/seats`: those that are in use, by fingerprint. Times are RFC 3339. */
export const seatListSchema = z.object({
  license_id: licenseIdSchema,
  kind: seatKindSchema,
  total: seatCountSchema.shape.total,
  used: seatCountSchema.shape.used,
  seats: z.array(
    z.object({
      fingerprint: fingerprintSchema,
      label: z.string().nullable(),
      activated_at: z.string(),
      last_seen_at: z.string(),
      lease_expires_at: z.string(),
    }),
  ),
  next_cursor: z.string().nullable(),
})
export type SeatList = z.infer<typeof seatListSchema>
