import {
  emptyHistory,
  type KeyHistory,
  type PublisherSigner,
  readHistory,
  signProvenance,
} from '@rbee/provenance'
import {
  artifactDocumentSchema,
  type Envelope,
  type KeyChange,
  type ProvenanceSubject,
  provenanceSubjectSchema,
  type ReleaseDocument,
  sha256Schema,
} from '@rbee/schema'
import { aKeyChange, aPublisherSigner, aWorkerId, failureCode } from '@rbee/testing'
import { describe, expect, it } from 'vitest'
import { type ArtifactEvidence, judgeArtifact } from './judge-artifact.ts'
import type { KeptKeys } from './kept-keys.ts'

const ID = aWorkerId()
const [alice, bob, mallory] = [aPublisherSigner(1), aPublisherSigner(2), aPublisherSigner(3)]
const RELEASE = sha256Schema.parse('2'.repeat(64))
const day = (number: number) => new Date(Date.UTC(2026, 0, number)).toISOString()
const BETWEEN = '2026-01-02T12:00:00.000Z'

type Step =
  | ['bound' | 'added' | 'revoked', PublisherSigner, PublisherSigner[]]
  | ['reset', PublisherSigner | null]

/** One change on each day from the second on. */
function historyOf(...steps: Step[]): KeyHistory {
  const changes: KeyChange[] = []
  for (const [at, step] of steps.entries()) {
    const moment = { at: day(2 + at) }
    if (step[0] === 'reset') {
      const key = step[1]?.key ?? null
      changes.push({ change: 'staff_reset', key, reason: 'lost', authorization: null, ...moment })
    } else changes.push({ ...aKeyChange(ID, changes, step[0], step[1], step[2]), ...moment })
  }
  return readHistory(ID, changes)
}

const BOUND = historyOf(['bound', alice, [alice]])
const REVOKED = historyOf(['bound', alice, [alice]], ['added', bob, [alice, bob]], ['revoked', alice, [bob]])

function aSubject(overrides: Partial<ProvenanceSubject> = {}): ProvenanceSubject {
  const digest = `sha256:${'1'.repeat(64)}`
  const name = { worker: ID, version: '1.0.0', platform: 'linux-x86_64', variant: 'cpu', digest }
  return provenanceSubjectSchema.parse({ ...name, ...overrides })
}

function anEnvelope(signer: PublisherSigner, subject = aSubject(), release = RELEASE): Envelope {
  const source = {
    repository: 'https://git.example/w.git',
    ref: null,
    commit: 'c'.repeat(40),
    changed: false,
  }
  const run = {
    builder: 'https://builder.example',
    builtHere: true,
    invocation: null,
    startedOn: day(1),
    finishedOn: day(1),
  }
  return signProvenance({ subject, release, source, ...run }, [signer])
}

interface Case {
  readonly envelope?: Envelope | null
  readonly history?: KeyHistory
  readonly known?: KeyHistory | null
  readonly knownLogSize?: number | null
  /** When the registry says that it was published, and took the provenance. */
  readonly published?: string
  readonly index?: number | null
  readonly hadPublisher?: boolean
}

function evidence({
  envelope = anEnvelope(alice),
  history = BOUND,
  known = null,
  ...more
}: Case): ArtifactEvidence {
  const { published = day(20), index = 10, knownLogSize = 5, hadPublisher = false } = more
  const url = '/v1/workers/echo-worker/1.0.0/provenance/linux-x86_64/cpu'
  const named = { sha256: RELEASE, size: 1, url, key_ids: [], attached_at: published }
  const subject = aSubject()
  const release: Pick<ReleaseDocument, 'worker' | 'version' | 'published_at' | 'release'> = {
    ...subject,
    published_at: published,
    release: RELEASE,
  }
  const kept: KeptKeys | null = known && { history: known, logSize: knownLogSize, seenAt: day(3) }
  return {
    release,
    subject,
    artifact: artifactDocumentSchema.parse({
      ...{ platform: subject.platform, digest: subject.digest, unpacked_size: 1, archives: [] },
      provenance: envelope && named,
    }),
    envelope,
    history,
    known: kept,
    place: index === null ? null : { index, size: 20, published_at: published },
    hadPublisher,
  }
}

const judge = (one: Case) => failureCode(Promise.resolve().then(() => judgeArtifact(evidence(one))))

describe('an artifact of a worker whose publisher signs', () => {
  it('is known by its key, and where it comes from', () => {
    expect(judgeArtifact(evidence({}))).toEqual({
      key_ids: [alice.key.key_id],
      bound_at: day(2),
      repository: 'https://git.example/w.git',
      ref: null,
      commit: 'c'.repeat(40),
      uncommitted_changes: false,
      built_here: true,
      builder: 'https://builder.example',
      invocation: null,
      built_at: day(1),
    })
  })

  it.each<[string, Case, string]>([
    [
      'is of other bytes',
      { envelope: anEnvelope(alice, aSubject({ digest: aDigest('3') })) },
      'provenance_wrong_subject',
    ],
    [
      'is of another release around the same bytes',
      { envelope: anEnvelope(alice, aSubject(), sha256Schema.parse('4'.repeat(64))) },
      'provenance_wrong_subject',
    ],
    ['is signed by a key that is not bound', { envelope: anEnvelope(mallory) }, 'provenance_key_unknown'],
    ['is signed by a key that was revoked then', { history: REVOKED }, 'provenance_key_revoked'],
    [
      'has a signature under another name',
      { envelope: renamed(anEnvelope(mallory), alice) },
      'provenance_invalid',
    ],
    ['was signed before its key was revoked', { history: REVOKED, published: day(3) }, 'done'],
    // With a stolen key and a stolen registry, which can date back.
    [
      'is dated back behind a revocation that was seen',
      { history: REVOKED, published: day(3), known: REVOKED },
      'provenance_key_revoked',
    ],
    [
      'is from before a revocation that was seen',
      { history: REVOKED, published: day(3), known: REVOKED, index: 4 },
      'done',
    ],
  ])('whose provenance %s', async (_what, one, code) => {
    expect(await judge(one)).toBe(code)
  })
})

describe('an artifact without provenance', () => {
  const none = { envelope: null }
  it.each<[string, Case, string]>([
    ['of a worker without keys', { ...none, history: emptyHistory(ID) }, 'done'],
    ['from before the worker had keys', { ...none, published: day(1) }, 'done'],
    ['from the moment in which the key was bound', { ...none, published: day(2) }, 'done'],
    ['from after that', none, 'provenance_missing'],
    ['of a worker whose keys were seen', { ...none, known: BOUND }, 'provenance_lost'],
    [
      'that is dated back behind what the log held then',
      { ...none, published: day(1), known: BOUND },
      'provenance_lost',
    ],
    ['that the log held then', { ...none, published: day(1), known: BOUND, index: 4 }, 'done'],
    [
      'where something of it is installed that has some',
      { ...none, history: emptyHistory(ID), hadPublisher: true },
      'provenance_lost',
    ],
    [
      'from after a reset to no key',
      { ...none, history: historyOf(['bound', alice, [alice]], ['reset', null]) },
      'done',
    ],
    [
      'from before such a reset',
      { ...none, history: historyOf(['bound', alice, [alice]], ['reset', null]), published: BETWEEN },
      'provenance_missing',
    ],
  ])('%s', async (_what, one, code) => {
    expect(await judge(one)).toBe(code)
  })
})

describe('the keys of a worker that was installed before', () => {
  const added = historyOf(['bound', alice, [alice]], ['added', bob, [alice, bob]])
  it.each<[string, KeyHistory, KeyHistory, string]>([
    ['may grow by their own signatures', BOUND, added, 'done'],
    ['may not be cut', added, BOUND, 'publisher_key_changed'],
    ['may not be gone', BOUND, emptyHistory(ID), 'publisher_key_changed'],
    ['may not be others', BOUND, historyOf(['bound', mallory, [mallory]]), 'publisher_key_changed'],
    [
      'may not be reset unseen',
      BOUND,
      historyOf(['bound', alice, [alice]], ['reset', mallory]),
      'publisher_key_changed',
    ],
  ])('%s', async (_what, known, history, code) => {
    expect(await judge({ known, history })).toBe(code)
  })

  it('may have been reset before they were seen', async () => {
    const history = historyOf(['bound', alice, [alice]], ['reset', bob])
    expect(await judge({ history, envelope: anEnvelope(bob) })).toBe('done')
  })
})

function aDigest(digit: string): ProvenanceSubject['digest'] {
  return artifactDocumentSchema.shape.digest.parse(`sha256:${digit.repeat(64)}`)
}

function renamed(envelope: Envelope, { key }: PublisherSigner): Envelope {
  return { ...envelope, signatures: envelope.signatures.map(({ sig }) => ({ keyid: key.key_id, sig })) }
}
