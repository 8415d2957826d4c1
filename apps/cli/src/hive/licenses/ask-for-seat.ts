import type { RegistryClient } from '@rbee/api-client'
import { type LeaseClaims, licenseVerifier, readLease, readLicense, statedClaims } from '@rbee/licences'
import { type LicenseKey, RbeeError, type SeatAnswer, type SeatCount } from '@rbee/schema'
import type { HiveHome } from '../home.ts'
import { forgetSeat, type HeldSeat, keepSeat, makeSeatFolder, seatFolder } from './held-seat.ts'
import { noLicense } from './kept-licenses.ts'
import { fingerprintOf, machineId } from './machine-id.ts'

/** Who is asked for seats, and for whom. */
export interface SeatAsker {
  readonly home: HiveHome
  /** Without a slash at the end. */
  readonly registry: string
  /** Reaches the registry itself: a licence is sent to no mirror. */
  readonly client: Pick<RegistryClient, 'activateSeat' | 'renewSeat' | 'releaseSeat' | 'getLicenseKey'>
  readonly clock: () => number
}

/** How a seat is asked for: for a machine that may not have one, or for one that has. */
export type SeatRequest =
  | { readonly kind: 'activate'; readonly label?: string }
  | { readonly kind: 'heartbeat' }

/**
 * Asks for a seat of a licence, or for a new lease of it, and keeps what was given after checking it: the lease must be of this
 * machine, of this licence, and signed with the key that signed the licence. Nothing is asked for that could not be kept.
 *
 * Fails with what the registry says (`license_refused`, `seats_exhausted`, `seat_not_found` …), with `registry_invalid` where its
 * answer is not what it should be, and with `license_refused` and the reason `clock` where this machine's clock is wrong.
 */
export async function askForSeat(asker: SeatAsker, token: string, request: SeatRequest): Promise<HeldSeat> {
  const { home, registry, client } = asker
  const license = idOf(token)
  const fingerprint = fingerprintOf(license, await machineId(home))
  const folder = seatFolder(home, registry, license)
  await makeSeatFolder(folder)
  const use = { token, fingerprint }
  const answer =
    request.kind === 'heartbeat'
      ? await client.renewSeat(use)
      : await client.activateSeat({ ...use, ...(request.label !== undefined && { label: request.label }) })
  const key = await client.getLicenseKey()
  const claims = await checkedLease({ answer, key, token, license, fingerprint }, asker.clock())
  const seat = seatOf(registry, claims, answer, asker.clock())
  await keepSeat(folder, answer.lease, seat)
  return seat
}

/** Gives a seat back. It is free also where this machine has forgotten that it had it. Fails with what the registry says. */
export async function releaseHeldSeat(
  { home, registry, client }: SeatAsker,
  token: string,
): Promise<SeatCount> {
  const license = idOf(token)
  const fingerprint = fingerprintOf(license, await machineId(home))
  const { seats } = await client.releaseSeat({ token, fingerprint })
  await forgetSeat(seatFolder(home, registry, license))
  return seats
}

/** Of the licence. Fails with `license_refused` for what is none. */
function idOf(token: string): string {
  const claims = statedClaims(token)
  if (claims === null) throw noLicense('what was given')
  return claims.jti
}

interface Given {
  readonly answer: SeatAnswer
  readonly key: LicenseKey
  readonly token: string
  readonly license: string
  readonly fingerprint: string
}

async function checkedLease(
  { answer, key, token, license, fingerprint }: Given,
  now: number,
): Promise<LeaseClaims> {
  const verifier = licenseVerifier(key)
  // The key is believed because it signed the licence, which came another way.
  const { claims: sold } = await readLicense(token, verifier, now)
  if (sold === null) throw lying('shows a key that did not sign this licence')
  const { claims, fault } = await readLease(answer.lease, verifier, fingerprint, now)
  if (claims === null) throw lying('gave a lease that its key did not sign')
  if (fault === 'other_machine') throw lying('gave a lease for another machine')
  if (claims.jti !== license || answer.license_id !== license) throw lying('gave a lease of another licence')
  if (fault === 'early' || fault === 'expired') throw wrongClock(claims, now)
  return claims
}

function seatOf(
  registry: string,
  { jti, fingerprint, kind, exp, grace }: LeaseClaims,
  { heartbeat_seconds, seats }: SeatAnswer,
  now: number,
): HeldSeat {
  return {
    ...{ registry, license_id: jti, fingerprint, kind, seats, heartbeat_seconds },
    renewed_at: new Date(now).toISOString(),
    lease_expires_at: new Date(exp * 1000).toISOString(),
    grace_ends_at: new Date((exp + grace) * 1000).toISOString(),
    problem: null,
  }
}

function lying(what: string): RbeeError {
  return new RbeeError('registry_invalid', `the registry ${what}`, {
    next: 'try again later, or tell the operator of the registry',
  })
}

function wrongClock({ iat }: LeaseClaims, now: number): RbeeError {
  const minutes = Math.round(Math.abs(now / 1000 - iat) / 60)
  const side = iat * 1000 > now ? 'behind' : 'ahead of'
  return new RbeeError(
    'license_refused',
    `the clock of this machine is ${minutes} minutes ${side} that of the registry: no lease is valid by it`,
    { next: 'set the clock, and run the command again', details: { reason: 'clock' } },
  )
}
