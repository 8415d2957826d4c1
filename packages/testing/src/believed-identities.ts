import { RbeeError } from '@rbee/schema'

/** Whom {@link believedIdentities} believe; the first is the one that is meant where none is named. */
export const BELIEVED_ISSUERS = ['https://issuer.example', 'https://second.example'] as const

/**
 * Believes identity tokens that are the JSON of their claims, as long as they name one of {@link BELIEVED_ISSUERS} and the
 * right audience. For what comes after signatures.
 */
export function believedIdentities(now: () => number) {
  return {
    issuers: BELIEVED_ISSUERS,
    async verify(text: string, audience: string) {
      const claims: Readonly<Record<string, unknown>> = JSON.parse(text)
      const { iss, aud, jti } = claims
      if (aud !== audience || typeof jti !== 'string')
        throw new RbeeError('oidc_audience_mismatch', 'not for us')
      const issuer = BELIEVED_ISSUERS.find((one) => one === iss)
      if (issuer === undefined) throw new RbeeError('oidc_issuer_unknown', 'not believed')
      return { issuer, tokenId: jti, expiresAt: now() + 5 * 60_000, claims }
    },
  }
}
