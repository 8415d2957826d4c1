import { Buffer } from 'node:buffer'
import { type ExchangedToken, type IdentityExchange, RbeeError } from '@rbee/schema'
import type { RegistryPorts } from '../registry.ts'
import { hashToken, newTokenText } from '../tokens/token-text.ts'
import { readGithubRun } from './github-run.ts'
import { assertAnyPublisher, assertEventAllowed, matchingPublisher } from './match-run.ts'

/** Long enough to send an archive, too short to be worth stealing; a run asks for another when it needs one. */
const LIFETIME_MS = 15 * 60_000
const TOKEN_ID_BYTES = 12
/** Tokens of runs are kept for a while after they expired, so that whoever uses one is told that it did. */
const KEPT_EXPIRED_MS = 24 * 60 * 60_000

type ExchangePorts = Pick<RegistryPorts, 'database' | 'clock' | 'randomBytes' | 'identities'>

/**
 * Gives a run of a trusted workflow a token that publishes one worker for 15 minutes, in exchange for its identity token.
 * Nothing of the identity token is kept but its id, and that until it expires.
 *
 * Fails with `oidc_unavailable`, with what the verifier and `matchingPublisher` fail with, with `oidc_event_refused`, and
 * with `oidc_token_used`.
 *
 * @param audience whom identity tokens have to be made for: the registry's address, never one that a request states.
 */
export async function exchangeIdentity(
  ports: ExchangePorts,
  { token: identityToken, worker }: IdentityExchange,
  audience: string | null,
): Promise<ExchangedToken> {
  const { database, identities } = ports
  if (identities === undefined || audience === null) throw unavailable()
  // First, so that no request leaves the server for the sake of a worker without trusted publishers.
  const { publishers } = await database.listTrustedPublishers(worker)
  assertAnyPublisher(worker, publishers)
  const identity = await identities.verify(identityToken, audience)
  const found = readGithubRun(identity)
  assertEventAllowed(found)
  const publisher = matchingPublisher(worker, publishers, found)
  const text = newTokenText('publish', ports.randomBytes)
  const now = ports.clock()
  const expiresAt = now + LIFETIME_MS
  const { repository_owner_id, repository_id } = found.run
  const accepted = await database.acceptIdentity(
    {
      issuer: identity.issuer,
      tokenId: identity.tokenId,
      expiresAt: identity.expiresAt,
      publisher: publisher.id,
      repositoryOwnerId: repository_owner_id,
      repositoryId: repository_id,
    },
    {
      id: Buffer.from(ports.randomBytes(TOKEN_ID_BYTES)).toString('hex'),
      hash: hashToken(text),
      scope: 'publish',
      worker,
      createdAt: now,
      expiresAt,
      revokedAt: null,
      publisher: publisher.id,
      run: found.run,
    },
  )
  if (!accepted) throw used()
  return { token: text, worker, expires_at: new Date(expiresAt).toISOString() }
}

/** Forgets what exchanges left behind and nobody needs any more. */
export async function forgetIdentities({
  database,
  clock,
}: Pick<RegistryPorts, 'database' | 'clock'>): Promise<void> {
  await database.forgetIdentities(clock(), clock() - KEPT_EXPIRED_MS)
}

function unavailable(): RbeeError {
  return new RbeeError(
    'oidc_unavailable',
    'This registry does not know under which address identity tokens are made for it',
    {
      next: 'let its operator set RBEE_PUBLIC_URL; until then publish with a token in RBEE_TOKEN',
    },
  )
}

function used(): RbeeError {
  return new RbeeError('oidc_token_used', 'This identity token was exchanged before', {
    next: 'ask the provider for a new one: each is good for one exchange',
    details: { claim: 'jti' },
  })
}
