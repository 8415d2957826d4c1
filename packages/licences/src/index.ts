export type { LeaseClaims, LicenseClaims } from './claims.ts'
export {
  type LicenseSigner,
  type LicenseVerifier,
  licenseSignerOf,
  licenseVerifier,
  newLicenseKey,
} from './keys.ts'
export {
  graceEnd,
  LEASE_TIMES,
  type LeaseTimesByKind,
  leaseEnds,
  type ReadLease,
  readLease,
} from './leases.ts'
export { readLicense, statedClaims } from './license-token.ts'
export { LINK_SECONDS, type SignedQuery } from './links.ts'
