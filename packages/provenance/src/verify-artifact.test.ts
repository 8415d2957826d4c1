import {
  digestSchema,
  type Envelope,
  sha256Schema,
  variantNameSchema,
  versionSchema,
  workerIdSchema,
} from '@rbee/schema'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emptyHistory } from './key-history.ts'
import { added, aProvenance, aSigner, aSubject, bound, minute, revoked, WORKER } from './samples.ts'
import { readProvenance, signProvenance } from './slsa.ts'
import { PREDICATE_TYPES, signStatement, verifyEnvelope } from './statement.ts'
import { type ArtifactFacts, verifyArtifact } from './verify-artifact.ts'

const [alice, bob, mallory] = [aSigner(1), aSigner(2), aSigner(4)]
// Bound at minute 0; bob added at 1; alice revoked at 2.
const history = revoked(added(bound(emptyHistory(WORKER), alice), bob, alice), alice, bob)
const provenance = aProvenance()
const facts: ArtifactFacts = { subject: aSubject(), release: provenance.release, attachedAt: minute(1) }
const envelope = signProvenance(provenance, [alice])

const verdictOf = (one: Envelope | null, about: Partial<ArtifactFacts> = {}) => {
  const verdict = verifyArtifact({ ...facts, ...about }, one, history)
  return verdict.ok ? 'ok' : verdict.code
}

describe('verifyArtifact', () => {
  it('says what is proven and by which key', () => {
    const verdict = verifyArtifact(facts, envelope, history)
    expect(verdict).toEqual({ ok: true, provenance, keys: [history.keys[0]] })
  })

  it('reads back what was stated', () => {
    const local = aProvenance({
      source: { repository: null, ref: null, commit: null, changed: null },
      invocation: 'https://git.example/runs/7',
    })
    const { statement } = verifyEnvelope(signProvenance(local, [alice]), [alice.key])
    expect(readProvenance(statement)).toEqual(local)
  })

  it('takes what a key signed before it was revoked, and nothing after', () => {
    expect(verdictOf(envelope, { attachedAt: minute(0) })).toBe('ok')
    expect(verdictOf(envelope, { attachedAt: minute(2) })).toBe('ok')
    expect(verdictOf(envelope, { attachedAt: minute(3) })).toBe('provenance_key_revoked')
  })

  it('takes no key before it was bound, and none that never was', () => {
    expect(verdictOf(signProvenance(provenance, [bob]), { attachedAt: minute(0) })).toBe(
      'provenance_key_unknown',
    )
    expect(verdictOf(signProvenance(provenance, [mallory]))).toBe('provenance_key_unknown')
    expect(verdictOf(signProvenance(provenance, [bob, mallory]))).toBe('provenance_key_unknown')
    expect(verifyArtifact(facts, envelope, emptyHistory(WORKER))).toMatchObject({
      code: 'provenance_key_unknown',
    })
  })

  it('misses what is not there', () => {
    expect(verdictOf(null)).toBe('provenance_missing')
  })

  it.each([
    ['other bytes', { digest: digestSchema.parse(`sha256:${'9'.repeat(64)}`) }],
    ['another worker', { worker: workerIdSchema.parse('paint-worker') }],
    ['another version', { version: versionSchema.parse('1.0.1') }],
    ['another platform', { platform: 'linux-aarch64' as const }],
    ['another variant', { variant: variantNameSchema.parse('cuda') }],
  ])('takes no provenance of %s', (_what, other) => {
    expect(verdictOf(envelope, { subject: aSubject(other) })).toBe('provenance_wrong_subject')
  })

  it('takes no provenance of another manifest around the same bytes', () => {
    expect(verdictOf(envelope, { release: sha256Schema.parse('7'.repeat(64)) })).toBe(
      'provenance_wrong_subject',
    )
    expect(verdictOf(envelope, { release: null })).toBe('ok')
  })

  it('takes no signed statement of another kind', () => {
    const { statement } = verifyEnvelope(envelope, [alice.key])
    const others = [
      signStatement({ ...statement, predicateType: PREDICATE_TYPES.rebuild }, [alice]),
      signStatement({ ...statement, predicate: {} }, [alice]),
    ]
    for (const other of others) expect(verdictOf(other)).toBe('provenance_invalid')
  })

  it('takes no name of the subject but the artifact’s', () => {
    const { statement } = verifyEnvelope(envelope, [alice.key])
    const other = { ...statement, subject: { ...statement.subject, name: 'echo-worker-1.0.0.tar' } }
    expect(verdictOf(signStatement(other, [alice]))).toBe('provenance_wrong_subject')
  })

  it('takes nothing of which one character is another', () => {
    const fields = fc.constantFrom('payload', 'payloadType', 'sig', 'keyid')
    const change = (text: string, place: number, character: string) => {
      const at = place % text.length
      return text.slice(0, at) + character + text.slice(at + 1)
    }
    fc.assert(
      fc.property(fields, fc.nat(), fc.constantFrom('A', 'b', '0', '/', '='), (field, place, character) => {
        const [signature] = envelope.signatures
        if (signature === undefined) return false
        const other: Envelope =
          field === 'sig' || field === 'keyid'
            ? {
                ...envelope,
                signatures: [{ ...signature, [field]: change(signature[field], place, character) }],
              }
            : { ...envelope, [field]: change(envelope[field], place, character) }
        return JSON.stringify(other) === JSON.stringify(envelope) || verdictOf(other) !== 'ok'
      }),
      { numRuns: 500 },
    )
  })
})
