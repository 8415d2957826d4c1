import type { RegistryClient } from '@rbee/api-client'
import { type PublisherSigner, rebuilderAccount, signRebuild } from '@rbee/provenance'
import { type Digest, RbeeError, type RebuildCounts, type Sha256 } from '@rbee/schema'
import type { RebuildSource, RebuildTarget } from './rebuild-plan.ts'

/** With what an attestation is made. */
export interface Attesting {
  readonly signer: PublisherSigner
  /** Whose token it goes with; see `rebuilderAccount`. */
  readonly account: string
  /** Of the whole release. */
  readonly release: Sha256
  readonly commit: string
}

/** What became of an attestation. */
export interface Attestation {
  readonly key_id: string
  readonly account: string
  /** How many independent rebuilders agree with what is published, and how many do not, with this one. */
  readonly counts: RebuildCounts
}

/**
 * Finds out before anything is built whether the result could be attested. Fails with `usage` for a folder that is at no
 * commit, with `no_artifact` for a release that was never published, or as the registry does for a token.
 */
export async function prepareAttesting(
  client: Pick<RegistryClient, 'currentToken'>,
  { release }: RebuildTarget,
  { commit }: RebuildSource,
  signer: PublisherSigner,
): Promise<Attesting> {
  if (commit === null) {
    throw new RbeeError('usage', 'what is built from a folder that is no Git repository cannot be attested', {
      next: 'name a clone of the repository with --from, or leave out --attest',
    })
  }
  if (release.release === null)
    throw new RbeeError('no_artifact', `nothing was published of ${release.worker} ${release.version}`)
  const account = rebuilderAccount(await client.currentToken())
  return { signer, account, release: release.release, commit }
}

/** Signs what came of a rebuild and hands it to the registry. Fails as the registry does. */
export async function attest(
  client: Pick<RegistryClient, 'attestRebuild'>,
  { signer, account, release: identity, commit }: Attesting,
  { release, platform, variant, artifact }: RebuildTarget,
  outcome: {
    readonly repository: string | null
    readonly rebuilt: Digest
    /** Of this program. */
    readonly version: string
    /** Milliseconds since the epoch. */
    readonly now: number
  },
): Promise<Attestation> {
  const { worker, version } = release
  const envelope = signRebuild(
    {
      subject: { worker, version, platform, variant, digest: artifact.digest },
      release: identity,
      rebuilt: outcome.rebuilt,
      source: { repository: outcome.repository, commit },
      account,
      builder: `rbee-publish/${outcome.version}`,
      finishedOn: new Date(outcome.now).toISOString(),
    },
    signer,
  )
  const { counts } = await client.attestRebuild(worker, version, { envelope, key: signer.key })
  return { key_id: signer.key.key_id, account, counts }
}
