import { Buffer } from 'node:buffer'
import {
  canonicalJson,
  describeIssues,
  type Envelope,
  hasDuplicateKeys,
  type PublisherKey,
  RbeeError,
  type Sha256,
  STATEMENT_MAX_BYTES,
  sha256Schema,
  tryParseJson,
} from '@rbee/schema'
import { z } from 'zod'
import { openEnvelope, signEnvelope, utf8Text } from './dsse.ts'
import type { PublisherSigner } from './publisher-key.ts'

// in-toto Statement 1: about which bytes something is stated, and what.

const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1'
const PAYLOAD_TYPE = 'application/vnd.in-toto+json'

/** What statements of this catalog state. */
export const PREDICATE_TYPES = {
  /** How an artifact was built: SLSA provenance 1. */
  provenance: 'https://slsa.dev/provenance/v1',
  /** That a publisher's key comes or goes. */
  keyChange: 'https://rbee.dev/docs/provenance/publisher-key-change/v1',
  /** What an independent build of a release came to. */
  rebuild: 'https://rbee.dev/docs/provenance/rebuild/v1',
} as const
export type PredicateType = (typeof PREDICATE_TYPES)[keyof typeof PREDICATE_TYPES]

/** A statement about exactly one thing. */
const statementSchema = z.object({
  _type: z.literal(STATEMENT_TYPE),
  subject: z.tuple([
    z.object({ name: z.string().min(1).max(400), digest: z.object({ sha256: sha256Schema }) }),
  ]),
  predicateType: z.string().max(200),
  predicate: z.record(z.string(), z.unknown()),
})

export interface Statement {
  readonly subject: { readonly name: string; readonly sha256: Sha256 }
  readonly predicateType: string
  readonly predicate: Readonly<Record<string, unknown>>
}

export interface VerifiedStatement {
  readonly statement: Statement
  /** Ids of the keys that signed it. */
  readonly keyIds: readonly string[]
}

/** Signs a statement with each of the keys. */
export function signStatement(statement: Statement, signers: readonly PublisherSigner[]): Envelope {
  const { subject, predicateType, predicate } = statement
  const payload = canonicalJson({
    _type: STATEMENT_TYPE,
    subject: [{ name: subject.name, digest: { sha256: subject.sha256 } }],
    predicateType,
    predicate,
  })
  return signEnvelope(PAYLOAD_TYPE, Buffer.from(payload, 'utf8'), signers)
}

/**
 * The statement in an envelope whose every signature is by one of the keys and holds. Fails with `envelope_invalid`.
 *
 * @param keys that may have signed; proper ones (`assertPublisherKey`).
 */
export function verifyEnvelope(envelope: Envelope, keys: readonly PublisherKey[]): VerifiedStatement {
  const { payloadType, payload, keyIds } = openEnvelope(envelope, keys)
  if (payloadType !== PAYLOAD_TYPE) throw invalid(`its type is ${JSON.stringify(payloadType)}`)
  return { statement: parseStatement(payload), keyIds }
}

/** Read only after the signatures were checked, so that nobody else has their bytes parsed. */
function parseStatement(payload: Uint8Array): Statement {
  if (payload.length > STATEMENT_MAX_BYTES) throw invalid(`it is larger than ${STATEMENT_MAX_BYTES} bytes`)
  const text = utf8Text(payload)
  const value = text === null ? undefined : tryParseJson(text)
  if (text === null || value === undefined) throw invalid('it is no JSON in UTF-8')
  if (hasDuplicateKeys(text)) throw invalid('it has a key twice')
  const parsed = statementSchema.safeParse(value)
  if (!parsed.success) throw invalid(describeIssues(parsed.error))
  const { subject, predicateType, predicate } = parsed.data
  const [{ name, digest }] = subject
  return { subject: { name, sha256: digest.sha256 }, predicateType, predicate }
}

/** The predicate of a statement that has to be of one type. Fails with `envelope_invalid`. */
export function predicateOf<Schema extends z.ZodType>(
  { predicateType, predicate }: Statement,
  type: PredicateType,
  schema: Schema,
): z.output<Schema> {
  if (predicateType !== type) throw invalid(`it states ${JSON.stringify(predicateType)}, not ${type}`)
  const parsed = schema.safeParse(predicate)
  if (!parsed.success) throw invalid(describeIssues(parsed.error))
  return parsed.data
}

function invalid(reason: string): RbeeError {
  return new RbeeError('envelope_invalid', `The signed statement is not valid: ${reason}`)
}
