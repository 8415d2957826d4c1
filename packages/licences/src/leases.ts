import { LEASE_MAX, LEASE_PREFIX, type SeatKind } from '@rbee/schema'
import { LEASE_TYPE, type LeaseClaims, leaseClaimsSchema } from './claims.ts'
import type { LicenseVerifier } from './keys.ts'
import { CLOCK_SKEW_SECONDS, signedPart, verifiedPayload } from './signed-text.ts'

/** How long the seats of a licence last without the registry, in seconds. */
export interface LeaseTimes {
  /** From one lease to its end. */
  readonly lease: number
  /** Behind it, while the registry cannot be asked. */
  readonly grace: number
  /** How often a machine on which a worker runs asks for a new lease. */
  readonly heartbeat: number
}

export type LeaseTimesByKind = Readonly<Record<SeatKind, LeaseTimes>>

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/**
 * A seat that stays with its machine outlasts a journey without network. One that is free again when its machine falls silent is
 * missed three times before, and may go on for an hour: that is how long more machines than seats can work at most.
 */
export const LEASE_TIMES: LeaseTimesByKind = {
  machine: { lease: DAY, grace: 14 * DAY, heartbeat: HOUR },
  floating: { lease: 15 * MINUTE, grace: HOUR, heartbeat: 5 * MINUTE },
}

/** What a lease turned out to be. Claims that come with a fault are those that were signed. */
export type ReadLease =
  | { readonly fault: null; readonly claims: LeaseClaims }
  | { readonly fault: 'other_machine' | 'early' | 'expired'; readonly claims: LeaseClaims }
  | { readonly fault: 'malformed' | 'signature'; readonly claims: null }

/**
 * Checks the lease of a seat by its signature, machine and time, without asking anybody. Never fails for what is no lease.
 *
 * `early` is one that was issued in the future by this clock: the clock was turned back, or it is wrong. One that has `expired`
 * may be within its grace: see {@link graceEnd}.
 *
 * @param fingerprint of the machine that reads it.
 * @param now in milliseconds since the epoch.
 */
export async function readLease(
  lease: string,
  verifier: LicenseVerifier,
  fingerprint: string,
  now: number,
): Promise<ReadLease> {
  const jws = signedPart(lease, LEASE_PREFIX, LEASE_MAX)
  if (jws === null) return { fault: 'malformed', claims: null }
  const claims = await verifiedPayload(jws, verifier, LEASE_TYPE, leaseClaimsSchema)
  if (claims === null) return { fault: 'signature', claims: null }
  if (claims.fingerprint !== fingerprint) return { fault: 'other_machine', claims }
  const seconds = now / 1000
  if (claims.iat > seconds + CLOCK_SKEW_SECONDS) return { fault: 'early', claims }
  return { fault: claims.exp <= seconds ? 'expired' : null, claims }
}

/** From when on a lease is good for nothing any more, in milliseconds since the epoch. */
export function graceEnd({ exp, grace }: LeaseClaims): number {
  return (exp + grace) * 1000
}

/**
 * When a lease that is issued now ends: never behind its licence, and neither does its grace.
 *
 * @param now in whole seconds since the epoch.
 * @param licenseEnd the same; null for a licence that ends when it is revoked.
 */
export function leaseEnds(
  { lease, grace }: LeaseTimes,
  now: number,
  licenseEnd: number | null,
): Pick<LeaseClaims, 'exp' | 'grace'> {
  const last = licenseEnd ?? Number.POSITIVE_INFINITY
  const exp = Math.min(now + lease, last)
  return { exp, grace: Math.min(grace, last - exp) }
}
