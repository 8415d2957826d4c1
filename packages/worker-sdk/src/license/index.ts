export type { GuardSources, LicenseGuard, LicenseRefusal, LicenseState, OpenedGuard } from './guard.ts'
export { type LicenseGuardOptions, licenseGuard } from './license-guard.ts'
