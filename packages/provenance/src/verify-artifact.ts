import { type Envelope, type ProvenanceSubject, RbeeError, type Sha256 } from '@rbee/schema'
import type { KeyHistory, KeySpan } from './key-history.ts'
import { type Provenance, readProvenance, subjectName } from './slsa.ts'
import { type VerifiedStatement, verifyEnvelope } from './statement.ts'

/** What is known of an artifact from elsewhere: from the release as it is published, or from its signed document. */
export interface ArtifactFacts {
  readonly subject: ProvenanceSubject
  /** Identity of the release; null where it is not known, and then not compared. */
  readonly release: Sha256 | null
  /** When the registry took the provenance, RFC 3339: the keys of that moment count. */
  readonly attachedAt: string
}

export type ProvenanceFailure =
  | 'provenance_missing'
  | 'provenance_invalid'
  | 'provenance_wrong_subject'
  | 'provenance_key_unknown'
  | 'provenance_key_revoked'

/** What an envelope proves about an artifact, or why it proves nothing. */
export type ProvenanceVerdict =
  | { readonly ok: true; readonly provenance: Provenance; readonly keys: readonly KeySpan[] }
  | { readonly ok: false; readonly code: ProvenanceFailure; readonly message: string }

/**
 * Judges the provenance of one artifact: signed by nobody but keys of the worker that were valid when it was attached, and
 * about these very bytes as this platform and variant of this release.
 */
export function verifyArtifact(
  facts: ArtifactFacts,
  envelope: Envelope | null,
  history: KeyHistory,
): ProvenanceVerdict {
  if (envelope === null) return failure('provenance_missing', `${named(facts)} has no provenance`)
  const signers: KeySpan[] = []
  for (const { keyid } of envelope.signatures) {
    const span = history.keys.find(({ key }) => key.key_id === keyid)
    if (span === undefined || facts.attachedAt < span.boundAt) {
      return failure('provenance_key_unknown', `The key ${keyid} was not bound to "${history.worker}"`)
    }
    // The very moment counts as before: a release and a change of keys can happen in the same millisecond.
    if (span.revokedAt !== null && facts.attachedAt > span.revokedAt) {
      return failure('provenance_key_revoked', `The key ${keyid} was revoked at ${span.revokedAt}`)
    }
    signers.push(span)
  }
  const provenance = provenanceIn(envelope, signers)
  if (provenance instanceof RbeeError) return failure('provenance_invalid', provenance.message)
  const difference = differenceOf(facts, provenance)
  if (difference !== null) return failure('provenance_wrong_subject', `The provenance is of ${difference}`)
  return { ok: true, provenance: provenance.stated, keys: signers }
}

interface SignedProvenance {
  readonly name: string
  readonly stated: Provenance
}

function provenanceIn(envelope: Envelope, signers: readonly KeySpan[]): SignedProvenance | RbeeError {
  try {
    const keys = signers.map(({ key }) => key)
    const { statement }: VerifiedStatement = verifyEnvelope(envelope, keys)
    return { name: statement.subject.name, stated: readProvenance(statement) }
  } catch (error) {
    if (error instanceof RbeeError && error.code === 'envelope_invalid') return error
    throw error
  }
}

/** What the provenance is of, where that is not the artifact; null where it is. */
function differenceOf(
  { subject, release }: ArtifactFacts,
  { name, stated }: SignedProvenance,
): string | null {
  if (stated.subject.digest !== subject.digest) return `other bytes: ${stated.subject.digest}`
  if (name !== subjectName(subject)) return `"${name}", not of "${subjectName(subject)}"`
  if (subjectName(stated.subject) !== subjectName(subject)) return `"${subjectName(stated.subject)}"`
  if (release !== null && stated.release !== release) return 'another release around the same bytes'
  return null
}

function named({ subject }: ArtifactFacts): string {
  const { worker, version, platform, variant } = subject
  return `${worker} ${version} for ${platform}/${variant}`
}

function failure(code: ProvenanceFailure, message: string): ProvenanceVerdict {
  return { ok: false, code, message }
}
