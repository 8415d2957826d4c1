import { type License, RbeeError, type SeatList, type SeatReleased } from '@rbee/schema'
import type { LicenseRow } from '../ports/licenses.ts'
import type { Caller } from '../registry.ts'
import { assertOperator } from '../tokens/scopes.ts'
import { licenseNotFound } from './issue-license.ts'
import { knownLicense } from './known-license.ts'
import type { LicensePorts } from './license-ports.ts'
import { licenseView, seatKind, timeText } from './license-view.ts'

/** A licence, and how many of its seats are in use. Operators only. Fails with `license_not_found`. */
export async function readIssuedLicense(ports: LicensePorts, caller: Caller, id: string): Promise<License> {
  assertOperator(caller)
  const license = await requireLicense(ports, id)
  const now = ports.clock()
  const { used } = await ports.database.listSeats(id, now, { limit: 1 })
  return { ...licenseView(license, now), seats_used: used }
}

/** The machines that use a licence. Operators only. Fails with `license_not_found` and `invalid_cursor`. */
export async function listSeats(
  ports: LicensePorts,
  caller: Caller,
  id: string,
  { limit, cursor }: { readonly limit: number; readonly cursor: string | null },
): Promise<SeatList> {
  assertOperator(caller)
  const license = await requireLicense(ports, id)
  if (cursor !== null && !/^[0-9a-f]{64}$/.test(cursor)) {
    throw new RbeeError('invalid_cursor', 'The cursor is not one of this list', {
      next: 'start again without a cursor',
    })
  }
  const page = { limit, ...(cursor !== null && { after: cursor }) }
  const { seats, used, next } = await ports.database.listSeats(id, ports.clock(), page)
  return {
    ...{ license_id: id, kind: seatKind(license), total: license.seats, used },
    seats: seats.map(({ fingerprint, label, activatedAt, seenAt, leaseEndsAt }) => ({
      ...{ fingerprint, label, activated_at: timeText(activatedAt) },
      ...{ last_seen_at: timeText(seenAt), lease_expires_at: timeText(leaseEndsAt) },
    })),
    next_cursor: next,
  }
}

/**
 * Takes the seat of a machine away; it is told so when it asks for its next lease. Operators only. Fails with `license_not_found`
 * and `seat_not_found`.
 */
export async function takeSeatAway(
  ports: LicensePorts,
  caller: Caller,
  id: string,
  fingerprint: string,
): Promise<SeatReleased> {
  assertOperator(caller)
  const { seats } = await requireLicense(ports, id)
  const seat = { license: id, fingerprint }
  const { released, used } = await ports.database.releaseSeat(seat, 'operator', ports.clock())
  if (released) return { released, seats: { total: seats, used } }
  throw new RbeeError('seat_not_found', 'No machine with this fingerprint has a seat of the licence', {
    next: `see them all with: rbee-catalog license seats ${id}`,
  })
}

async function requireLicense(ports: LicensePorts, id: string): Promise<LicenseRow> {
  const license = await knownLicense(ports, id)
  if (license === null) throw licenseNotFound(id)
  return license
}
