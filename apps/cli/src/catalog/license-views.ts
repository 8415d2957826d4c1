import type { License, SeatList } from '@rbee/schema'
import { table } from '../program/table.ts'

export function viewLicenses(licenses: readonly License[]): string {
  if (licenses.length === 0) return 'no licence was issued'
  return table(
    ['LICENCE', 'STATUS', 'CUSTOMER', 'WORKERS', 'SEATS', 'EXPIRES'],
    licenses.map(({ id, status, customer, workers, seats, kind, expires_at, trial }) => [
      id,
      trial ? `${status} (trial)` : status,
      customer,
      workers.join(', '),
      `${seats ?? '-'}${kind === 'floating' ? ' (floating)' : ''}`,
      expires_at === null ? 'never' : expires_at.slice(0, 10),
    ]),
  )
}

export function viewLicense(license: License): string {
  const { id, status, customer, workers, entitlements, trial } = license
  const lines = [
    ['licence', id],
    ['status', trial ? `${status} (trial)` : status],
    ['customer', customer],
    ['workers', workers.join(', ')],
    ['entitlements', entitlements.join(', ') || 'none'],
    ['seats', seatsText(license)],
    ['issued', license.issued_at],
    ['expires', license.expires_at ?? 'never'],
    ...(license.revoked_at === null
      ? []
      : [['revoked', `${license.revoked_at}: ${license.revoke_reason ?? ''}`]]),
  ]
  return lines.map(([name = '', value = '']) => `${name.padEnd(13)} ${value}`).join('\n')
}

function seatsText({ seats, kind, seats_used }: License): string {
  const parts = [
    seats === null ? 'any number' : String(seats),
    ...(kind === 'floating' ? ['floating'] : []),
    ...(seats_used === undefined ? [] : [`${seats_used} in use`]),
  ]
  return parts.join(', ')
}

export function viewSeats({ total, used, seats }: Omit<SeatList, 'next_cursor'>): string {
  const count = total === null ? `${used} in use` : `${used} of ${total} in use`
  if (seats.length === 0) return count
  const rows = table(
    ['FINGERPRINT', 'LABEL', 'SINCE', 'LAST SEEN', 'LEASE UNTIL'],
    seats.map(({ fingerprint, label, activated_at, last_seen_at, lease_expires_at }) => [
      ...[fingerprint, label ?? '-'],
      ...[activated_at, last_seen_at, lease_expires_at].map(minuteText),
    ]),
  )
  return `${rows}\n\n${count}`
}

/** To the minute, in universal time. */
function minuteText(time: string): string {
  return `${time.slice(0, 16).replace('T', ' ')}Z`
}
