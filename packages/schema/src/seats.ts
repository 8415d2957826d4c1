import { z } from 'zod'

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
