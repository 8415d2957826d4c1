import { type KeyHistory, type KeySpan, type Provenance, verifyArtifact } from '@rbee/provenance'
import {
  type ArtifactDocument,
  type Envelope,
  type ProvenanceSubject,
  RbeeError,
  type ReleaseDocument,
} from '@rbee/schema'
import type { LogPlace, Publisher } from '../evidence/evidence.ts'
import { assertContinued, type KeptKeys } from './kept-keys.ts'

export interface ArtifactEvidence {
  readonly release: Pick<ReleaseDocument, 'worker' | 'version' | 'published_at' | 'release'>
  readonly subject: ProvenanceSubject
  readonly artifact: ArtifactDocument
  readonly envelope: Envelope | null
  /** Of the worker's keys, as it is now. */
  readonly history: KeyHistory
  /** As it was seen before. */
  readonly known: KeptKeys | null
  readonly place: LogPlace | null
  /** Whether something of the worker is installed whose publisher is known. */
  readonly hadPublisher: boolean
}

/**
 * Judges who made an artifact. Fails with `publisher_key_changed` where the keys changed without their publisher, with the codes
 * of `verifyArtifact`, and with `provenance_lost` where a worker that had provenance has none.
 *
 * @returns null for a worker without keys, and for a release from before it had any.
 */
export function judgeArtifact(evidence: ArtifactEvidence): Publisher | null {
  const { release, subject, artifact, envelope, history, known } = evidence
  assertContinued(known, history)
  if (artifact.provenance === null) {
    assertNotNeeded(evidence)
    return null
  }
  const verdict = verifyArtifact(
    { subject, release: release.release, attachedAt: artifact.provenance.attached_at },
    envelope,
    history,
  )
  if (!verdict.ok) throw refused(verdict.code, verdict.message)
  const [first] = verdict.keys
  if (first === undefined) throw new Error('a provenance without signers holds')
  assertNotRevokedBefore(evidence, verdict.keys)
  return publisherOf(first, verdict.keys, verdict.provenance)
}

function assertNotNeeded(evidence: ArtifactEvidence): void {
  const { release, known, hadPublisher } = evidence
  const name = `${release.worker} ${release.version}`
  if (hadPublisher && known === null) throw lost(`${name} has no provenance, and what is installed has`)
  if (!wasNeeded(evidence)) return
  if (known === null && !hadPublisher)
    throw refused('provenance_missing', `${name} is not signed by its publisher`)
  throw lost(`${name} is not signed by its publisher, as its releases were before`)
}

/**
 * Whether the worker had keys when the release was published. The registry says when that was; but what its log did not hold
 * when the keys were seen here came after them, whatever it says.
 */
function wasNeeded(evidence: ArtifactEvidence): boolean {
  const { release, history, known, place } = evidence
  if (known?.history.required && isBehindKnown(evidence)) return true
  const published = Date.parse(place?.published_at ?? release.published_at)
  const before = history.changes.findLast(({ at }) => Date.parse(at) < published)
  return before !== undefined && (before.change !== 'staff_reset' || before.key !== null)
}

function isBehindKnown({ known, place }: ArtifactEvidence): boolean {
  return known !== null && known.logSize !== null && place !== null && place.index >= known.logSize
}

/** Whoever stole a key needs a registry that dates what it signs back; a key that was known to be revoked signs nothing new. */
function assertNotRevokedBefore(evidence: ArtifactEvidence, signers: readonly KeySpan[]): void {
  if (!isBehindKnown(evidence)) return
  for (const { key } of signers) {
    const before = evidence.known?.history.keys.find((one) => one.key.key_id === key.key_id)
    if (before === undefined || before.revokedAt === null) continue
    const message = `The key ${key.key_id} was revoked on ${before.revokedAt.slice(0, 10)}, before this was published`
    throw refused('provenance_key_revoked', message)
  }
}

function publisherOf(first: KeySpan, keys: readonly KeySpan[], provenance: Provenance): Publisher {
  const { source, builtHere, builder, invocation, finishedOn } = provenance
  return {
    key_ids: keys.map(({ key }) => key.key_id),
    bound_at: first.boundAt,
    repository: source.repository,
    ref: source.ref,
    commit: source.commit,
    uncommitted_changes: source.changed,
    built_here: builtHere,
    builder,
    invocation,
    built_at: finishedOn,
  }
}

function lost(message: string): RbeeError {
  return refused('provenance_lost', message)
}

function refused(code: RbeeError['code'], message: string): RbeeError {
  return new RbeeError(code, message, {
    next: 'nothing was changed; ask the publisher of the worker before you install it from elsewhere',
  })
}
