import { type KeyHistory, type PublisherSigner, releaseIdentity, signProvenance } from '@rbee/provenance'
import {
  type ArtifactInput,
  type PublisherKey,
  RbeeError,
  type ReleaseInput,
  type WorkerId,
} from '@rbee/schema'
import type { CommandContext } from '../../program/command.ts'
import { currentKeys } from '../../publisher-keys/change-keys.ts'
import type { RegistryConnection } from '../../registry/connect.ts'
import { isWorkflowRun } from '../workflow-identity/runner.ts'
import { collectFacts, type RunFacts } from './build-facts.ts'

/** How the artifacts of a release are signed. */
export interface Signing {
  readonly signer: PublisherSigner
  /** Whether the key is bound once the first release of the worker is there; null where that is not known yet. */
  readonly bindsKey: boolean | null
  readonly facts: RunFacts
  /** RFC 3339. */
  readonly startedOn: string
}

/** What a plan says of it. */
export interface PlannedSigning {
  readonly key: PublisherKey
  /** Whether the key is bound to the worker with this release, its first one. Null where the registry could not be asked. */
  readonly binds_key: boolean | null
  readonly source: RunFacts['source']
  readonly builder: string
  readonly invocation: string | null
}

/** What is to be signed and with what. */
export interface SigningRequest {
  readonly worker: WorkerId
  /** The worker's folder, absolute. */
  readonly folder: string
  /** Null where nothing is to be signed. */
  readonly signer: PublisherSigner | null
  /** A plan can do without the registry. */
  readonly dryRun: boolean
}

/**
 * Looks up before anything is built whether the registry will take what is published: signed where the worker has keys, by
 * one that is valid. Null where nothing is signed.
 *
 * Fails with `provenance_required`, `provenance_key_unknown` or `provenance_key_revoked`.
 */
export async function prepareSigning(
  request: SigningRequest,
  registry: RegistryConnection,
  context: CommandContext,
): Promise<Signing | null> {
  const { worker, folder, signer } = request
  const known = await findKeys(request, registry)
  if (signer === null) {
    if (known.kind === 'known' && known.history.required) throw provenanceRequired(worker)
    return null
  }
  const bindsKey = mayBind(known, signer.key)
  if (bindsKey && !context.env.RBEE_TOKEN && isWorkflowRun(context)) throw cannotBind(worker)
  const startedOn = new Date(context.clock()).toISOString()
  return { signer, bindsKey, facts: await collectFacts(folder, context), startedOn }
}

export function planSigning({ signer, bindsKey, facts }: Signing): PlannedSigning {
  const { source, builder, invocation } = facts
  return { key: signer.key, binds_key: bindsKey, source, builder, invocation }
}

/** A release with the signed provenance of each artifact. */
export function signRelease(
  release: ReleaseInput,
  { signer, facts, startedOn }: Signing,
  isBuiltHere: (artifact: ArtifactInput) => boolean,
  now: number,
): ReleaseInput {
  const stated = {
    ...facts,
    release: releaseIdentity(release),
    startedOn,
    finishedOn: new Date(now).toISOString(),
  }
  const { manifest, version } = release
  const artifacts = release.artifacts.map((artifact) => {
    const { platform, variant, digest } = artifact
    const subject = { worker: manifest.id, version, platform, variant, digest }
    const builtHere = isBuiltHere(artifact)
    return { ...artifact, provenance: signProvenance({ ...stated, builtHere, subject }, [signer]) }
  })
  return { ...release, artifacts }
}

type KnownKeys =
  /** `isPublished`: there is a release with artifacts, so that no key is bound in passing any more. */
  | { readonly kind: 'known'; readonly history: KeyHistory; readonly isPublished: boolean }
  | { readonly kind: 'new worker' }
  | { readonly kind: 'unknown' }

async function findKeys(
  { worker, signer, dryRun }: SigningRequest,
  { client }: RegistryConnection,
): Promise<KnownKeys> {
  try {
    const { history } = await currentKeys(client, worker)
    if (history.required || signer === null) return { kind: 'known', history, isPublished: true }
    const { releases } = await client.listVersions(worker)
    const isPublished = releases.some(({ distribution }) => distribution.binary_available)
    return { kind: 'known', history, isPublished }
  } catch (error) {
    if (!(error instanceof RbeeError)) throw error
    if (error.code === 'worker_not_found') return { kind: 'new worker' }
    if (error.code === 'registry_unreachable' && dryRun) return { kind: 'unknown' }
    // A server without keys takes the address for that of a version.
    if (error.code === 'invalid_version' && signer === null) return { kind: 'unknown' }
    throw error
  }
}

/** Whether the first release binds the key; fails where the registry would not take what it signs. */
function mayBind(known: KnownKeys, { key_id }: PublisherKey): boolean | null {
  if (known.kind !== 'known') return known.kind === 'unknown' ? null : true
  const { worker, keys, required } = known.history
  const span = keys.find(({ key }) => key.key_id === key_id)
  if (span !== undefined && span.revokedAt === null) return false
  if (span !== undefined) {
    throw new RbeeError('provenance_key_revoked', `the key ${key_id} was revoked at ${span.revokedAt}`, {
      next: `sign with a key that is valid, with --key; see them with: rbee-publish key list ${worker}`,
    })
  }
  if (!required && !known.isPublished) return true
  throw new RbeeError('provenance_key_unknown', `the key ${key_id} is not bound to ${worker}`, {
    next: required
      ? `let a key that is valid add it: rbee-publish key add ${worker} --new FILE --key FILE-OF-A-VALID-KEY`
      : `bind it: rbee-publish key bind ${worker}`,
  })
}

/** Runs of trusted workflows change no keys: the first release would stay without provenance. */
function cannotBind(worker: WorkerId): RbeeError {
  return new RbeeError('provenance_key_unknown', `no key is bound to ${worker}, and a workflow binds none`, {
    next: `publish its first release with your own token, or without --sign; then: rbee-publish key bind ${worker}`,
  })
}

function provenanceRequired(worker: WorkerId): RbeeError {
  return new RbeeError('provenance_required', `${worker} takes signed releases only`, {
    next: 'publish with --sign, and the key of the worker in --key or RBEE_PUBLISH_KEY',
  })
}
