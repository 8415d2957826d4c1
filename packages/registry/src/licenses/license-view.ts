import type { License, LicenseStatus, SeatKind } from '@rbee/schema'
import type { LicenseRow } from '../ports/licenses.ts'

/** A licence as operators see it. @param now in milliseconds since the epoch. */
export function licenseView(row: LicenseRow, now: number): License {
  const { id, customer, workers, entitlements, seats, trial } = row
  return {
    ...{ id, customer, workers: [...workers], entitlements: [...entitlements], seats, trial },
    kind: seatKind(row),
    status: licenseStatus(row, now),
    issued_at: timeText(row.issuedAt),
    expires_at: row.expiresAt === null ? null : timeText(row.expiresAt),
    revoked_at: row.revokedAt === null ? null : timeText(row.revokedAt),
    revoke_reason: row.revokeReason,
  }
}

/** What a seat of the licence stays with. */
export function seatKind({ floating }: Pick<LicenseRow, 'floating'>): SeatKind {
  return floating ? 'floating' : 'machine'
}

export function licenseStatus({ revokedAt, expiresAt }: LicenseRow, now: number): LicenseStatus {
  if (revokedAt !== null) return 'revoked'
  return expiresAt !== null && expiresAt <= now ? 'expired' : 'active'
}

/** RFC 3339. */
export function timeText(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}
