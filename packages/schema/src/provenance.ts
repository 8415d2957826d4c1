import { z } from 'zod'
import { digestSchema, platformSchema, sha256Schema, variantNameSchema, workerIdSchema } from './ids.ts'
import { reasonSchema } from './standing.ts'
import { versionSchema } from './version.ts'

// Who made a release: publishers' keys, what they sign, and how a worker's keys changed. The rules that go beyond the shape
// of a value are in @rbee/provenance.

/** Largest statement inside an envelope, in bytes. */
export const STATEMENT_MAX_BYTES = 256 * 1024
/** Base64 of so many bytes. */
const base64Length = (bytes: number) => 4 * Math.ceil(bytes / 3)
/** The standard alphabet with padding (RFC 4648, section 4). Bits behind the last byte are judged where it is decoded. */
const base64 = (maxBytes: number) =>
  z
    .string()
    .max(base64Length(maxBytes), { error: `is longer than ${maxBytes} bytes`, abort: true })
    .regex(/^[A-Za-z0-9+/]*={0,2}$/, 'must be base64')

/** Id of a publisher's key: SHA-256 of its 32 bytes, hexadecimal. */
export const publisherKeyIdSchema = z.string().regex(/^[0-9a-f]{64}$/, 'must be the id of a key')

/** A publisher's Ed25519 key. */
export const publisherKeySchema = z.strictObject({
  key_id: publisherKeyIdSchema,
  /** Its 32 bytes in base64 (RFC 8032, section 5.1.5). */
  public_key: base64(32),
})
export type PublisherKey = z.infer<typeof publisherKeySchema>

/** A signed statement: an envelope of DSSE 1.0 (Dead Simple Signing Envelope), whose signatures are all Ed25519. */
export const envelopeSchema = z.strictObject({
  payloadType: z.string().min(1).max(200),
  payload: base64(STATEMENT_MAX_BYTES),
  signatures: z
    .array(z.strictObject({ keyid: publisherKeyIdSchema, sig: base64(64) }))
    .min(1)
    .max(10),
})
export type Envelope = z.infer<typeof envelopeSchema>

/** RFC 3339, to the millisecond and in UTC: such texts sort by time. */
const momentSchema = z.iso.datetime({ precision: 3 })

/** What the document of a release says of the provenance of one artifact. */
export const provenanceDocumentSchema = z.object({
  /** Of the envelope as it is served, and its size in bytes. */
  sha256: sha256Schema,
  size: z.int().positive(),
  url: z.string().regex(/^\/v1\//, 'must be a path of the server'),
  /** Keys that signed it. */
  key_ids: z.array(publisherKeyIdSchema),
  /** When the registry took it, with the release or later. */
  attached_at: momentSchema,
})
export type ProvenanceDocument = z.infer<typeof provenanceDocumentSchema>

/** How the keys of a worker can change. */
export const KEY_CHANGES = ['bound', 'added', 'revoked', 'staff_reset'] as const
export const keyChangeKindSchema = z.enum(KEY_CHANGES)
export type KeyChangeKind = z.infer<typeof keyChangeKindSchema>

/** One change of a worker's keys. Changes are only ever added at the end. */
export const keyChangeSchema = z.strictObject({
  change: keyChangeKindSchema,
  /** The key that came or went; of a `staff_reset` the only one that is valid from then on, or null for none. */
  key: publisherKeySchema.nullable(),
  at: momentSchema,
  reason: reasonSchema,
  /** What was signed for the change; null for a `staff_reset`, which only operators make. */
  authorization: envelopeSchema.nullable(),
})
export type KeyChange = z.infer<typeof keyChangeSchema>

/** Most changes of one worker's keys. */
export const KEY_CHANGES_MAX = 200

/** Body of `POST /v1/workers/:id/keys`. */
export const keyChangeInputSchema = keyChangeSchema.omit({ at: true }).extend({
  change: z.enum(['bound', 'added', 'revoked']),
  key: publisherKeySchema,
  authorization: envelopeSchema,
})
export type KeyChangeInput = z.infer<typeof keyChangeInputSchema>

/** Body of `POST /v1/workers/:id/keys/reset`. */
export const keyResetInputSchema = z.strictObject({
  reason: reasonSchema,
  key: publisherKeySchema
    .nullable()
    .default(null)
    .describe('The only key from then on; null lets the publisher bind one, or publish without'),
})
export type KeyResetInput = z.infer<typeof keyResetInputSchema>

/** Answer of `GET /v1/workers/:id/keys`; signed with the worker's other documents where there are any changes. */
export const workerKeysSchema = z.object({
  worker: workerIdSchema,
  /** Whether a release is taken only with the provenance of each artifact. */
  provenance_required: z.boolean(),
  /** Every key that was ever bound, in the order in which they came. */
  keys: z.array(
    publisherKeySchema.extend({
      status: z.enum(['valid', 'revoked']),
      bound_at: z.string(),
      revoked_at: z.string().nullable(),
      /** Why it was revoked; null while it is valid. */
      reason: z.string().nullable(),
    }),
  ),
  history: z.array(keyChangeSchema).max(KEY_CHANGES_MAX),
})
export type WorkerKeys = z.infer<typeof workerKeysSchema>

/** What one envelope of provenance is about. */
export const provenanceSubjectSchema = z.object({
  worker: workerIdSchema,
  version: versionSchema,
  platform: platformSchema,
  variant: variantNameSchema,
  digest: digestSchema,
})
export type ProvenanceSubject = z.infer<typeof provenanceSubjectSchema>
