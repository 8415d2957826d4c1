import { createHash } from 'node:crypto'
import {
  type Digest,
  digestOf,
  type Envelope,
  type ProvenanceSubject,
  type PublisherKey,
  platformSchema,
  RbeeError,
  type RebuildVerdict,
  rebuildVerdictSchema,
  type Sha256,
  sha256Of,
  sha256Schema,
  variantNameSchema,
  versionSchema,
  workerIdSchema,
} from '@rbee/schema'
import { z } from 'zod'
import { assertPublisherKey, type PublisherSigner } from './publisher-key.ts'
import { subjectName } from './slsa.ts'
import { PREDICATE_TYPES, predicateOf, type Statement, signStatement, verifyEnvelope } from './statement.ts'

/** What somebody states who built a published artifact once more. Only the key is proven: that a build took place is not. */
export interface RebuildStatement {
  /** The published artifact. */
  readonly subject: ProvenanceSubject
  /** Identity of the whole release. */
  readonly release: Sha256
  /** Of the uncompressed tar that came out. */
  readonly rebuilt: Digest
  /** What it was built from. The repository is null for a copy that the rebuilder had. */
  readonly source: { readonly repository: string | null; readonly commit: string }
  /** See {@link rebuilderAccount}: the same statement is worth nothing with the token of somebody else. */
  readonly account: string
  /** What built it, such as `rbee-publish/1.2.0`. */
  readonly builder: string
  /** RFC 3339. */
  readonly finishedOn: string
}

const text = z.string().max(2000)
const predicateSchema = z.strictObject({
  worker: workerIdSchema,
  version: versionSchema,
  platform: platformSchema,
  variant: variantNameSchema,
  release: sha256Schema,
  verdict: rebuildVerdictSchema,
  rebuilt: z.strictObject({ sha256: sha256Schema }),
  source: z.strictObject({
    repository: text.nullable(),
    commit: z.string().regex(/^[0-9a-f]{40,64}$/),
  }),
  account: z.string().min(1).max(100),
  builder: text.min(1),
  finished_on: z.iso.datetime(),
})

/** Whose token it is, without telling which: all operators are one, as they answer for the registry together. */
export function rebuilderAccount({ id, scope }: { readonly id: string; readonly scope: string }): string {
  if (scope === 'operator') return 'operator'
  return `token:${createHash('sha256').update(id).digest('hex').slice(0, 32)}`
}

export function verdictOf({
  subject,
  rebuilt,
}: Pick<RebuildStatement, 'subject' | 'rebuilt'>): RebuildVerdict {
  return rebuilt === subject.digest ? 'reproduced' : 'differs'
}

export function signRebuild(stated: RebuildStatement, signer: PublisherSigner): Envelope {
  const { subject, release, rebuilt, source, account, builder, finishedOn } = stated
  const { worker, version, platform, variant } = subject
  const predicate: z.input<typeof predicateSchema> = {
    ...{ worker, version, platform, variant, release, account, builder },
    verdict: verdictOf(stated),
    rebuilt: { sha256: sha256Of(rebuilt) },
    source: { repository: source.repository, commit: source.commit },
    finished_on: finishedOn,
  }
  const statement: Statement = {
    subject: { name: subjectName(subject), sha256: sha256Of(subject.digest) },
    predicateType: PREDICATE_TYPES.rebuild,
    predicate,
  }
  return signStatement(statement, [signer])
}

/**
 * What an attestation states, once its signature was checked and it was found not to contradict itself. Fails with
 * `publisher_key_invalid`, `envelope_invalid` or `rebuild_invalid`.
 */
export function readRebuild(envelope: Envelope, key: PublisherKey): RebuildStatement {
  assertPublisherKey(key)
  const { statement } = verifyEnvelope(envelope, [key])
  const {
    worker,
    version,
    platform,
    variant,
    release,
    verdict,
    rebuilt,
    source,
    account,
    builder,
    finished_on,
  } = predicateOf(statement, PREDICATE_TYPES.rebuild, predicateSchema)
  const subject = { worker, version, platform, variant, digest: digestOf(statement.subject.sha256) }
  const stated = { subject, release, rebuilt: digestOf(rebuilt.sha256), source, account, builder }
  if (statement.subject.name !== subjectName(subject))
    throw invalid(`its subject ${JSON.stringify(statement.subject.name)} is not what it tells of`)
  if (verdict !== verdictOf(stated)) throw invalid(`it says "${verdict}" of digests that say otherwise`)
  return { ...stated, finishedOn: finished_on }
}

function invalid(reason: string): RbeeError {
  return new RbeeError('rebuild_invalid', `The attestation of a rebuild is not valid: ${reason}`)
}
