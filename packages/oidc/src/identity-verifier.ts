import { RbeeError } from '@rbee/schema'
import { errors, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { ALGORITHMS, malformed, readToken, type UncheckedToken } from './identity-token.ts'
import { createIssuerKeys, type IssuerKeys, type IssuerKeysOptions } from './issuer-keys.ts'
import { invalid } from './provider-files.ts'

/** By how much the clocks of issuer and server may differ. */
const SKEW_SECONDS = 60
/** How old a token may be, whatever it says itself: it is asked for right before it is used. */
const MAX_AGE_SECONDS = 10 * 60

export interface IdentityVerifierOptions extends IssuerKeysOptions {
  /** Whom to believe, exactly as they stand in the claim `iss`. */
  readonly issuers: readonly string[]
}

/** An identity token that its issuer signed for this audience, and that is neither too old nor too young. */
export interface VerifiedIdentity {
  readonly issuer: string
  /** The claim `jti`; of one issuer no two tokens have the same. */
  readonly tokenId: string
  /** From then on nobody accepts the token, in milliseconds since the epoch. */
  readonly expiresAt: number
  /** What it says beside; nothing of it is judged. */
  readonly claims: Readonly<Record<string, unknown>>
}

export interface IdentityVerifier {
  readonly issuers: readonly string[]
  /**
   * Fails with a code for what is wrong: `oidc_token_invalid`, `oidc_issuer_unknown`, `oidc_signature_invalid`,
   * `oidc_audience_mismatch`, `oidc_token_expired`, `oidc_token_early`, or what stands at {@link IssuerKeys}.
   *
   * @param audience whom the token has to be made for.
   */
  verify(text: string, audience: string): Promise<VerifiedIdentity>
}

/** Keys of issuers are remembered by the object that this makes. */
export function createIdentityVerifier({ issuers, ...options }: IdentityVerifierOptions): IdentityVerifier {
  const keysOf = new Map<string, IssuerKeys>(
    issuers.map((issuer) => [issuer, createIssuerKeys(issuer, options)]),
  )
  return {
    issuers,
    async verify(text, audience) {
      const token = readToken(text)
      // Nobody is asked for keys whom no operator named.
      const keys = keysOf.get(token.claims.iss)
      if (keys === undefined) throw issuerUnknown(issuers)
      const find = await keys.keysFor(token.header.kid)
      await verifySigned(token, find, { audience, now: new Date(options.clock()) })
      const { iss, jti, exp } = token.claims
      return {
        issuer: iss,
        tokenId: jti,
        expiresAt: (exp + SKEW_SECONDS) * 1000,
        claims: token.claims,
      }
    },
  }
}

interface Expected {
  readonly audience: string
  readonly now: Date
}

async function verifySigned(token: UncheckedToken, find: JWTVerifyGetKey, expected: Expected): Promise<void> {
  const { iss } = token.claims
  try {
    await jwtVerify(token.text, find, {
      algorithms: [...ALGORITHMS],
      issuer: iss,
      audience: expected.audience,
      clockTolerance: SKEW_SECONDS,
      maxTokenAge: MAX_AGE_SECONDS,
      currentDate: expected.now,
      requiredClaims: ['exp', 'jti'],
    })
  } catch (cause) {
    throw refusal(cause, iss, expected)
  }
}

/** What the library found, in the codes of this registry. */
function refusal(cause: unknown, issuer: string, { audience }: Expected): unknown {
  if (cause instanceof errors.JWTExpired) return expired()
  if (cause instanceof errors.JWTClaimValidationFailed) return claimRefused(cause.claim, audience)
  if (cause instanceof errors.JWKSNoMatchingKey) {
    return notSigned(`${issuer} has no key of the id that it names`)
  }
  if (cause instanceof errors.JWSSignatureVerificationFailed) {
    return notSigned(`its signature was not made with the key of ${issuer}`)
  }
  if (cause instanceof errors.JWKSMultipleMatchingKeys || cause instanceof TypeError) {
    return invalid(issuer, 'the key that the token names cannot be used', cause)
  }
  if (cause instanceof errors.JOSEError) return malformed('its form is not allowed')
  return cause
}

function claimRefused(claim: string, audience: string): RbeeError {
  switch (claim) {
    case 'aud':
      return new RbeeError('oidc_audience_mismatch', `The identity token is not made for ${audience}`, {
        next: `ask for a token whose audience is ${audience}; the address that the client uses has to be this one`,
        details: { claim, expected: audience },
      })
    case 'nbf':
    case 'iat':
      return new RbeeError('oidc_token_early', 'The identity token is not valid yet', {
        next: 'compare the clocks of the registry and of the issuer',
        details: { claim },
      })
    default:
      return malformed(`its claim ${claim} cannot be used`)
  }
}

function expired(): RbeeError {
  return new RbeeError('oidc_token_expired', 'The identity token is too old', {
    next: `ask for a new one right before it is used: it may be ${MAX_AGE_SECONDS / 60} minutes old at most`,
    details: { claim: 'exp' },
  })
}

function notSigned(reason: string): RbeeError {
  return new RbeeError('oidc_signature_invalid', `The identity token is not believed: ${reason}`, {
    next: 'if the issuer changed its keys just now, send a new token in ten seconds',
  })
}

function issuerUnknown(issuers: readonly string[]): RbeeError {
  return new RbeeError(
    'oidc_issuer_unknown',
    'The identity token is of an issuer that this registry does not know',
    {
      next: `it believes ${issuers.join(' and ')}`,
      details: { claim: 'iss', expected: issuers },
    },
  )
}
