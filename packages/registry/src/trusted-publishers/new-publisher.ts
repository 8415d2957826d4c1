import { Buffer } from 'node:buffer'
import {
  RbeeError,
  TRUSTED_PUBLISHERS_MAX,
  type TrustedPublisher,
  type TrustedPublisherInput,
  type WorkerId,
} from '@rbee/schema'
import type { TrustedPublisherRow } from '../ports/trusted-publishers.ts'
import type { RegistryPorts } from '../registry.ts'

const PUBLISHER_ID_BYTES = 12

/** The row of a trusted publisher that is asked for. Fails with `oidc_issuer_unknown`. */
export function newPublisher(
  { identities, clock, randomBytes }: RegistryPorts,
  worker: WorkerId,
  input: TrustedPublisherInput,
): TrustedPublisherRow {
  const issuers = identities?.issuers ?? []
  const issuer = input.issuer ?? issuers[0]
  if (issuer === undefined || !issuers.includes(issuer)) {
    throw new RbeeError('oidc_issuer_unknown', 'This registry does not believe the issuer', {
      next: issuers.length === 0 ? null : `it believes ${issuers.join(' and ')}`,
      details: { expected: issuers },
    })
  }
  return {
    id: Buffer.from(randomBytes(PUBLISHER_ID_BYTES)).toString('hex'),
    worker,
    provider: input.provider,
    issuer,
    repository: input.repository,
    repositoryOwnerId: input.repository_owner_id ?? null,
    repositoryId: input.repository_id ?? null,
    workflow: input.workflow,
    environment: input.environment,
    createdAt: clock(),
  }
}

/**
 * The one that stands in the way of another that accepts the same runs. Fails with `invalid_body` where there is none, because
 * the worker has as many as it may, and where it is settled on another account or repository.
 */
export async function sameAs(
  { database }: RegistryPorts,
  wanted: TrustedPublisherRow,
): Promise<TrustedPublisherRow> {
  const { publishers } = await database.listTrustedPublishers(wanted.worker)
  const same = publishers.find(
    (one) =>
      one.issuer === wanted.issuer &&
      one.repository.toLowerCase() === wanted.repository.toLowerCase() &&
      one.workflow === wanted.workflow &&
      one.environment === wanted.environment,
  )
  if (same === undefined) {
    throw new RbeeError('invalid_body', `A worker has ${TRUSTED_PUBLISHERS_MAX} trusted publishers at most`, {
      next: 'remove one that is not used any more',
    })
  }
  const { repositoryOwnerId, repositoryId } = wanted
  if (
    (repositoryOwnerId ?? same.repositoryOwnerId) === same.repositoryOwnerId &&
    (repositoryId ?? same.repositoryId) === same.repositoryId
  )
    return same
  throw new RbeeError(
    'invalid_body',
    'The same workflow is trusted with other numbers of account and repository',
    {
      next: `if it moved to another account, remove it first: rbee-publish trusted-publisher remove ${wanted.worker} ${same.id}`,
    },
  )
}

/** What its owner is shown of it. */
export function publisherDocument({ createdAt, ...row }: TrustedPublisherRow): TrustedPublisher {
  return {
    id: row.id,
    provider: row.provider,
    issuer: row.issuer,
    repository: row.repository,
    repository_owner_id: row.repositoryOwnerId,
    repository_id: row.repositoryId,
    workflow: row.workflow,
    environment: row.environment,
    created_at: new Date(createdAt).toISOString(),
  }
}
