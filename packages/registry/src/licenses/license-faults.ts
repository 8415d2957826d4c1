import type { LicenseFault } from '@rbee/schema'

/** Why a licence is refused, behind "The licence". */
export const LICENSE_FAULTS: Readonly<Record<LicenseFault, string>> = {
  malformed: 'is none',
  signature: 'was not issued by this registry',
  early: 'was issued in the future',
  unknown: 'is not known here',
  revoked: 'was revoked',
  expired: 'has expired',
}
