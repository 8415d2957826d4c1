import { readLicense } from '@rbee/licences'
import type { LicenseFault, LicenseVerdict } from '@rbee/schema'
import type { LicenseRow } from '../ports/licenses.ts'
import { knownLicense } from './known-license.ts'
import type { LicensePorts } from './license-ports.ts'
import { licenseStatus, timeText } from './license-view.ts'

/** A licence that somebody shows, and what stands against it. Nothing is known of one that was not issued here. */
export type ShownLicense =
  | { readonly license: LicenseRow; readonly fault: Extract<LicenseFault, 'revoked' | 'expired'> | null }
  | { readonly license: null; readonly fault: LicenseFault }

/**
 * What a token allows now. Its signature says which licence it is of; what was issued, extended and revoked stands in the row,
 * which therefore decides: a token is good for as long as its licence was last extended. Never fails for what is no licence.
 */
export async function verifyLicense(ports: LicensePorts, token: string): Promise<LicenseVerdict> {
  const { license, fault } = await shownLicense(ports, token)
  if (license === null) return refused(fault)
  return fault === null ? stated(license) : { ...stated(license), valid: false, reason: fault }
}

/** The licence that a token is of. */
export async function shownLicense(ports: LicensePorts, token: string): Promise<ShownLicense> {
  const { licenses, clock } = ports
  if (licenses === undefined) return { license: null, fault: 'signature' }
  const now = clock()
  const { claims, fault } = await readLicense(token, licenses.verifier, now)
  if (claims === null || fault === 'early') return { license: null, fault }
  const license = await knownLicense(ports, claims.jti)
  // Whether it was revoked is not known either.
  if (license === null) return { license: null, fault: 'unknown' }
  const status = licenseStatus(license, now)
  return { license, fault: status === 'active' ? null : status }
}

function stated({ id, customer, workers, entitlements, seats, expiresAt }: LicenseRow): LicenseVerdict {
  return {
    valid: true,
    license_id: id,
    customer,
    worker_ids: [...workers],
    entitlements: [...entitlements],
    seats,
    expires_at: expiresAt === null ? null : timeText(expiresAt),
  }
}

function refused(reason: LicenseFault): LicenseVerdict {
  return {
    valid: false,
    ...{ license_id: null, customer: null, worker_ids: [], entitlements: [], seats: null, expires_at: null },
    reason,
  }
}
