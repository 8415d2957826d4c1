import { Buffer } from 'node:buffer'
import { LICENSE_PREFIX, LICENSE_TOKEN_MAX, type LicenseFault, tryParseJson } from '@rbee/schema'
import { compactVerify, errors } from 'jose'
import { HEADER, type LicenseClaims, licenseClaimsSchema } from './claims.ts'
import type { LicenseVerifier } from './keys.ts'

/** A licence of a time that lies before this clock by more is not valid yet; clocks of servers differ by less. */
const CLOCK_SKEW_SECONDS = 300

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
  const jws = signedPart(token)
  if (jws === null) return { fault: 'malformed', claims: null }
  const claims = await verifiedClaims(jws, verifier)
  if (claims === null) return { fault: 'signature', claims: null }
  const seconds = now / 1000
  if (claims.iat > seconds + CLOCK_SKEW_SECONDS) return { fault: 'early', claims }
  const isOver = claims.exp !== undefined && claims.exp <= seconds
  return { fault: isOver ? 'expired' : null, claims }
}

/** What a token says of itself, of which nothing is believed: to choose between several. Null for what is no licence. */
export function statedClaims(token: string): LicenseClaims | null {
  const payload = signedPart(token)?.split('.')[1]
  if (payload === undefined) return null
  const claims = licenseClaimsSchema.safeParse(tryParseJson(Buffer.from(payload, 'base64url').toString()))
  return claims.success ? claims.data : null
}

/** The JWS behind the prefix; null for a text that none was issued as. */
function signedPart(token: string): string | null {
  if (token.length > LICENSE_TOKEN_MAX || !token.startsWith(LICENSE_PREFIX)) return null
  const jws = token.slice(LICENSE_PREFIX.length)
  const parts = jws.split('.')
  return parts.length === 3 && parts.every(isCanonical) ? jws : null
}

/** Base64url has several texts for the same bytes, of which one is written: otherwise a token had forms that nobody issued. */
function isCanonical(part: string): boolean {
  return part !== '' && Buffer.from(part, 'base64url').toString('base64url') === part
}

async function verifiedClaims(jws: string, verifier: LicenseVerifier): Promise<LicenseClaims | null> {
  try {
    const key = await verifier.key()
    const { payload, protectedHeader } = await compactVerify(jws, key, { algorithms: [HEADER.alg] })
    if (protectedHeader.typ !== HEADER.typ) return null
    const claims = licenseClaimsSchema.safeParse(tryParseJson(new TextDecoder().decode(payload)))
    return claims.success ? claims.data : null
  } catch (error) {
    if (error instanceof errors.JOSEError) return null
    throw error
  }
}
