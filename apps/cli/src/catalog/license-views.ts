import type { License } from '@rbee/schema'
import { table } from '../program/table.ts'

export function viewLicenses(licenses: readonly License[]): string {
  if (licenses.length === 0) return 'no licence was issued'
  return table(
    ['LICENCE', 'STATUS', 'CUSTOMER', 'WORKERS', 'SEATS', 'EXPIRES'],
    licenses.map(({ id, status, customer, workers, seats, expires_at, trial }) => [
      id,
      trial ? `${status} (trial)` : status,
      customer,
      workers.join(', '),
      seats === null ? '-' : String(seats),
      expires_at === null ? 'never' : expires_at.slice(0, 10),
    ]),
  )
}

export function viewLicense(license: License): string {
  const { id, status, customer, workers, entitlements, seats, trial } = license
  const lines = [
    ['licence', id],
    ['status', trial ? `${status} (trial)` : status],
    ['customer', customer],
    ['workers', workers.join(', ')],
    ['entitlements', entitlements.join(', ') || 'none'],
    ['seats', seats === null ? 'any number' : String(seats)],
    ['issued', license.issued_at],
    ['expires', license.expires_at ?? 'never'],
    ...(license.revoked_at === null
      ? []
      : [['revoked', `${license.revoked_at}: ${license.revoke_reason ?? ''}`]]),
  ]
  return lines.map(([name = '', value = '']) => `${name.padEnd(13)} ${value}`).join('\n')
}
