import { Buffer } from 'node:buffer'
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Sha256 } from '@rbee/schema'

/** As long as an address is good for, in seconds. */
export const LINK_SECONDS = 3600

/** What a signed address holds beside its path. */
export interface SignedQuery {
  /** Seconds since the epoch. */
  readonly expires: number
  readonly signature: string
}

/** Makes and checks addresses of archives that are for who holds a licence. */
export interface Links {
  /** @param now in milliseconds since the epoch. */
  sign(sha256: Sha256, now: number): SignedQuery
  isSigned(sha256: Sha256, query: SignedQuery, now: number): boolean
}

/** @param secret of the server alone. */
export function createLinks(secret: Uint8Array): Links {
  const mac = (sha256: Sha256, expires: number) =>
    createHmac('sha256', secret).update(`${sha256}\n${expires}`).digest()
  return {
    sign(sha256, now) {
      const expires = Math.floor(now / 1000) + LINK_SECONDS
      return { expires, signature: mac(sha256, expires).toString('base64url') }
    },
    isSigned(sha256, { expires, signature }, now) {
      const seconds = now / 1000
      // One from further ahead was signed by a clock that was wrong, and would open longer than any may.
      if (!Number.isSafeInteger(expires) || expires <= seconds || expires > seconds + LINK_SECONDS)
        return false
      const expected = mac(sha256, expires)
      const given = Buffer.from(signature, 'base64url')
      return given.toString('base64url') === signature && isEqual(given, expected)
    },
  }
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}
