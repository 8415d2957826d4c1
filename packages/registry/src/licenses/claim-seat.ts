import { LEASE_TIMES, type LicenseSigner, leaseEnds } from '@rbee/licences'
import {
  type LicenseFault,
  RbeeError,
  SEATS_UNSTATED_MAX,
  type SeatActivation,
  type SeatAnswer,
  type SeatCount,
  type SeatReleased,
  type SeatUse,
} from '@rbee/schema'
import type { LicenseRow, SeatClaimed } from '../ports/licenses.ts'
import { requireSigner } from './issue-license.ts'
import { LICENSE_FAULTS } from './license-faults.ts'
import type { LicensePorts } from './license-ports.ts'
import { licenseStatus, seatKind, timeText } from './license-view.ts'
import { shownLicense } from './verify-license.ts'

/**
 * Gives a machine a seat of the licence that it shows, and a lease of it; one that has a seat gets a new lease. Fails with
 * `license_refused`, `license_unavailable`, or `seats_exhausted`, which says how many there are and what to do.
 */
export function activateSeat(ports: LicensePorts, { label, ...use }: SeatActivation): Promise<SeatAnswer> {
  return claim(ports, use, { label: label ?? null, takesNew: true })
}

/**
 * Gives a machine a new lease of the seat that it has. One without takes a free one where seats are floating; else this fails with
 * `seat_not_found`, which tells whether an operator took the seat away (`released`) or none is known (`unknown`). Otherwise as
 * {@link activateSeat}.
 */
export function renewSeat(ports: LicensePorts, use: SeatUse): Promise<SeatAnswer> {
  return claim(ports, use, { label: null, takesNew: false })
}

/**
 * Frees the seat of a machine; of one that has none, nothing is changed. A licence that ended or was revoked has its seats
 * released as well. Fails with `license_refused` for what is no licence of this registry.
 */
export async function releaseSeat(
  ports: LicensePorts,
  { token, fingerprint }: SeatUse,
): Promise<SeatReleased> {
  const { license, fault } = await shownLicense(ports, token)
  if (license === null) throw licenseRefused(fault)
  const seat = { license: license.id, fingerprint }
  const { used } = await ports.database.releaseSeat(seat, 'machine', ports.clock())
  return { released: true, seats: { total: license.seats, used } }
}

async function claim(
  ports: LicensePorts,
  { token, fingerprint }: SeatUse,
  { label, takesNew }: { readonly label: string | null; readonly takesNew: boolean },
): Promise<SeatAnswer> {
  const signer = requireSigner(ports)
  const { license, fault } = await shownLicense(ports, token)
  if (fault !== null) throw licenseRefused(fault)
  const now = Math.floor(ports.clock() / 1000)
  const end = license.expiresAt === null ? null : license.expiresAt / 1000
  const times = (ports.leaseTimes ?? LEASE_TIMES)[seatKind(license)]
  const { exp, grace } = leaseEnds(times, now, end)
  const claimed = await ports.database.claimSeat({
    ...{ license: license.id, fingerprint, label, takesNew, seatsMax: SEATS_UNSTATED_MAX },
    ...{ seenAt: ports.clock(), leaseEndsAt: exp * 1000 },
  })
  if (claimed.seat === null) throw await whyNone(ports, license, claimed, takesNew)
  const seats = { total: license.seats, used: claimed.used }
  return answerOf(signer, license, { fingerprint, iat: now, exp, grace }, times.heartbeat, seats)
}

async function answerOf(
  signer: LicenseSigner,
  license: LicenseRow,
  lease: { readonly fingerprint: string; readonly iat: number; readonly exp: number; readonly grace: number },
  heartbeat: number,
  seats: SeatCount,
): Promise<SeatAnswer> {
  const { id, workers, entitlements } = license
  const kind = seatKind(license)
  return {
    ...{ license_id: id, fingerprint: lease.fingerprint, kind },
    lease: await signer.lease({
      ...{ jti: id, workers: [...workers], entitlements: [...entitlements], kind },
      ...lease,
    }),
    lease_expires_at: timeText(lease.exp * 1000),
    grace_seconds: lease.grace,
    heartbeat_seconds: heartbeat,
    seats,
  }
}

async function whyNone(
  { database, clock }: LicensePorts,
  { id, seats, floating }: LicenseRow,
  { used, releasedAt }: SeatClaimed,
  takesNew: boolean,
): Promise<RbeeError> {
  // It may have ended since it was looked at.
  const license = await database.findLicense(id)
  const status = license === null ? 'unknown' : licenseStatus(license, clock())
  if (status !== 'active') return licenseRefused(status)
  if (takesNew || floating) return exhausted({ total: seats, used })
  const reason = releasedAt === null ? 'unknown' : 'released'
  return new RbeeError(
    'seat_not_found',
    releasedAt === null
      ? 'This machine has no seat of the licence'
      : 'The seat of this machine was released by the operator of the registry',
    { next: 'take one with: rbee-hive license activate', details: { reason, total: seats, used } },
  )
}

function exhausted({ total, used }: SeatCount): RbeeError {
  const seats = total === 1 ? 'The one seat' : `All ${total ?? used} seats`
  return new RbeeError('seats_exhausted', `${seats} of the licence ${total === 1 ? 'is' : 'are'} taken`, {
    next: 'release one on another machine with: rbee-hive license release, or ask who sold the licence for more seats',
    details: { total, used },
  })
}

function licenseRefused(reason: LicenseFault): RbeeError {
  return new RbeeError('license_refused', `The licence ${LICENSE_FAULTS[reason]}`, {
    next: 'use another licence',
    details: { reason },
  })
}
