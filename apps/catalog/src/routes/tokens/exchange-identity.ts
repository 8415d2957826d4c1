import { exchangedTokenSchema, identityExchangeSchema } from '@rbee/schema'
import type { PublicEndpoint } from '../../endpoint.ts'
import { jsonAnswer } from '../../http/answer.ts'
import { readJson } from '../../http/json-body.ts'

const BODY = { schema: identityExchangeSchema, maxBytes: 16 * 2 ** 10 }

/** Needs no token of the registry: who calls is proven by the identity token in the body. */
export const exchangeIdentity: PublicEndpoint = {
  operation: {
    id: 'exchangeIdentity',
    tag: 'Tokens',
    summary: 'Exchange the identity token of a workflow run for a token that publishes',
    description:
      'For runs of workflows that a worker trusts (OpenID Connect). The audience of the identity token has to be the public address of this server. It is accepted once; the token that is answered publishes one worker for 15 minutes.',
    body: BODY,
    answers: [{ status: 201, description: 'The token', content: { schema: exchangedTokenSchema } }],
    errors: [
      'oidc_unavailable',
      'oidc_token_invalid',
      'oidc_issuer_unknown',
      'oidc_signature_invalid',
      'oidc_audience_mismatch',
      'oidc_token_expired',
      'oidc_token_early',
      'oidc_token_used',
      'oidc_event_refused',
      'oidc_no_publisher',
      'oidc_claim_mismatch',
      'oidc_provider_unreachable',
      'oidc_provider_invalid',
    ],
    rateLimit: 'oidc',
  },
  async handle(context, { registry, settings, log }) {
    const input = await readJson(context, BODY)
    // Never the address of the request: whoever sends one chooses that.
    const answer = await registry.exchangeIdentity(input, settings.publicUrl)
    log.info({ worker: answer.worker, until: answer.expires_at }, 'identity token exchanged')
    return jsonAnswer(answer, 201)
  },
}
