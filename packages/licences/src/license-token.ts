import { LICENSE_PREFIX, LICENSE_TOKEN_MAX, type LicenseFault } from '@rbee/schema'
import { LICENSE_TYPE, type LicenseClaims, licenseClaimsSchema } from './claims.ts'
import type { LicenseVerifier } from './keys.ts'
import { CLOCK_SKEW_SECONDS, signedPart, statedPayload, verifiedPayload } from './signed-text.ts'

/** What a token turned out to be. Claims of one that ended, or was issued in the future, are those that were signed. */
export type ReadLicense =
  | { readonly fault: null; readonly claims: LicenseClaims }
  | { readonly fault: 'expired' | 'early'; readonly claims: LicenseClaims }
  | { readonly fault: Extract<LicenseFault, 'malformed' | 'signature'>; readonly claims: null }

/**
 * Checks a token by its signature and time, without asking anybody. Whether it was revoked only its registry knows.
 *
 * @param now in milliseconds since the epoch.
 */
export async function readLicense(
  token: string,
  verifier: LicenseVerifier,
  now: number,
): Promise<ReadLicense> {
  const jws = signedPart(token, LICENSE_PREFIX, LICENSE_TOKEN_MAX)
  if (jws === null) return { fault: 'malformed', claims: null }
  const claims = await verifiedPayload(jws, verifier, LICENSE_TYPE, licenseClaimsSchema)
  if (claims === null) return { fault: 'signature', claims: null }
  const seconds = now / 1000
  if (claims.iat > seconds + CLOCK_SKEW_SECONDS) return { fault: 'early', claims }
  const isOver = claims.exp !== undefined && claims.exp <= seconds
  return { fault: isOver ? 'expired' : null, claims }
}

/** What a token says of itself, of which nothing is believed: to choose between several. Null for what is no licence. */
export function statedClaims(token: string): LicenseClaims | null {
  const jws = signedPart(token, LICENSE_PREFIX, LICENSE_TOKEN_MAX)
  return jws === null ? null : statedPayload(jws, licenseClaimsSchema)
}
