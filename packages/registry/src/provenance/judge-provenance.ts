import { createHash } from 'node:crypto'
import { envelopeBytes, type KeyHistory, verifyArtifact } from '@rbee/provenance'
import {
  type ArtifactInput,
  type Envelope,
  RbeeError,
  type ReleaseInput,
  type Sha256,
  sha256Schema,
  type WorkerId,
} from '@rbee/schema'
import type { JudgedProvenance, ProvenanceRow } from '../ports/publisher-keys.ts'
import type { RegistryPorts } from '../registry.ts'

/** Provenance that may be kept: its rows, and the envelopes that have to be stored before them. */
export interface AcceptedProvenance {
  readonly judged: JudgedProvenance
  readonly envelopes: readonly { readonly sha256: Sha256; readonly bytes: Uint8Array }[]
}

/**
 * Judges the provenance that a release comes with, by the keys that are valid now. Where the worker has keys, every
 * artifact needs some: a stolen token alone publishes nothing.
 *
 * Fails with `provenance_required`, `provenance_invalid`, `provenance_wrong_subject`, `provenance_key_unknown` or
 * `provenance_key_revoked`.
 *
 * @param now milliseconds since the epoch.
 */
export function judgeRelease(
  input: ReleaseInput,
  release: Sha256,
  history: KeyHistory,
  now: number,
): AcceptedProvenance {
  const bare = input.artifacts.filter(({ provenance }) => !provenance)
  if (history.required && bare.length > 0) throw provenanceRequired(input.manifest.id, bare)
  return judgeArtifacts(input, release, history, now)
}

/** Judges what provenance there is. Fails as {@link judgeRelease}, but demands none. */
export function judgeArtifacts(
  { manifest, version, artifacts }: Pick<ReleaseInput, 'manifest' | 'version' | 'artifacts'>,
  release: Sha256,
  history: KeyHistory,
  now: number,
): AcceptedProvenance {
  const attachedAt = momentAfter(history, now)
  const envelopes: { sha256: Sha256; bytes: Uint8Array }[] = []
  const rows: ProvenanceRow[] = []
  for (const { platform, variant, digest, provenance } of artifacts) {
    if (!provenance) continue
    const subject = { worker: manifest.id, version, platform, variant, digest }
    const keyIds = signersOf(provenance, { subject, release, attachedAt }, history)
    const bytes = envelopeBytes(provenance)
    const sha256 = sha256Schema.parse(createHash('sha256').update(bytes).digest('hex'))
    envelopes.push({ sha256, bytes })
    rows.push({
      version,
      platform,
      variant,
      sha256,
      size: bytes.length,
      keyIds,
      attachedAt: Date.parse(attachedAt),
    })
  }
  return { judged: { keyChanges: history.changes.length, rows }, envelopes }
}

/** Stores envelopes as documents: before the rows that name them, so that no document ever names one that is not there. */
export async function storeEnvelopes(
  { documents }: Pick<RegistryPorts, 'documents'>,
  { envelopes }: AcceptedProvenance,
): Promise<void> {
  for (const { sha256, bytes } of envelopes) {
    // Whatever has this name already has these bytes.
    await documents.put({ kind: 'provenance', sha256 }, bytes, { etag: null })
  }
}

/** A clock that was put back must not date provenance before the key that signed it. */
export function momentAfter({ changes }: KeyHistory, now: number): string {
  const last = changes.at(-1)
  return new Date(Math.max(now, last === undefined ? now : Date.parse(last.at))).toISOString()
}

function signersOf(
  envelope: Envelope,
  facts: Parameters<typeof verifyArtifact>[0],
  history: KeyHistory,
): readonly string[] {
  const verdict = verifyArtifact(facts, envelope, history)
  if (!verdict.ok) throw new RbeeError(verdict.code, verdict.message, { next: ADVICE[verdict.code] })
  const revoked = verdict.keys.find(({ revokedAt }) => revokedAt !== null)
  if (revoked !== undefined) {
    const message = `The key ${revoked.key.key_id} was revoked at ${revoked.revokedAt}`
    throw new RbeeError('provenance_key_revoked', message, { next: ADVICE.provenance_key_revoked })
  }
  return verdict.keys.map(({ key }) => key.key_id)
}

const ADVICE = {
  provenance_missing: null,
  provenance_invalid: 'Sign it again: rbee-publish DIR --sign',
  provenance_wrong_subject: 'Sign what is published: rbee-publish DIR --sign',
  provenance_key_unknown:
    'See the keys: rbee-publish key list WORKER; bind the first: rbee-publish key bind WORKER',
  provenance_key_revoked: 'Sign with a key that is valid: rbee-publish key list WORKER',
} as const

function provenanceRequired(id: WorkerId, bare: readonly ArtifactInput[]): RbeeError {
  const names = bare.map(({ platform, variant }) => `${platform}/${variant}`)
  return new RbeeError(
    'provenance_required',
    `"${id}" has publisher keys, and no signed provenance came for ${names.join(', ')}`,
    { next: 'Publish with: rbee-publish DIR --sign', details: { artifacts: names } },
  )
}
