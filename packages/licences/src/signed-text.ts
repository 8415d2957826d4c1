import { Buffer } from 'node:buffer'
import { tryParseJson } from '@rbee/schema'
import { compactVerify, errors } from 'jose'
import type { z } from 'zod'
import { ALGORITHM } from './claims.ts'
import type { LicenseVerifier } from './keys.ts'

/** A time that lies before this clock by more has not come yet; clocks of servers differ by less. */
export const CLOCK_SKEW_SECONDS = 300

/** The JWS behind the prefix; null for a text that none was issued as. @param limit in characters. */
export function signedPart(text: string, prefix: string, limit: number): string | null {
  if (text.length > limit || !text.startsWith(prefix)) return null
  const jws = text.slice(prefix.length)
  const parts = jws.split('.')
  return parts.length === 3 && parts.every(isCanonical) ? jws : null
}

/** What was signed as a text of this type; null where it was not, or says something else. */
export async function verifiedPayload<Schema extends z.ZodType>(
  jws: string,
  verifier: LicenseVerifier,
  type: string,
  schema: Schema,
): Promise<z.output<Schema> | null> {
  try {
    const key = await verifier.key()
    const { payload, protectedHeader } = await compactVerify(jws, key, { algorithms: [ALGORITHM] })
    if (protectedHeader.typ !== type) return null
    const claims = schema.safeParse(tryParseJson(new TextDecoder().decode(payload)))
    return claims.success ? claims.data : null
  } catch (error) {
    if (error instanceof errors.JOSEError) return null
    throw error
  }
}

/** What the payload says, of which nothing is believed; null where it says something else. */
export function statedPayload<Schema extends z.ZodType>(
  jws: string,
  schema: Schema,
): z.output<Schema> | null {
  const [, payload = ''] = jws.split('.')
  const claims = schema.safeParse(tryParseJson(Buffer.from(payload, 'base64url').toString()))
  return claims.success ? claims.data : null
}

/** Base64url has several texts for the same bytes, of which one is written: otherwise a token had forms that nobody issued. */
function isCanonical(part: string): boolean {
  return part !== '' && Buffer.from(part, 'base64url').toString('base64url') === part
}
