import { z } from 'zod'
import { digestSchema, platformSchema, sha256Schema, variantNameSchema, workerIdSchema } from './ids.ts'
import { versionSchema } from './version.ts'

// What stands in the transparency log: each entry is the canonical JSON of one event. An entry says who caused the
// event without naming a token, and never changes, so every field that it may ever need stands in it from the start.

/** Who caused an event: `operator`, `token:` and a hash of the token's id, or what of the server did it by itself. */
const actorSchema = z.string().min(1).max(100)
const reasonSchema = z.string().max(2_000)

const ofWorker = { worker: workerIdSchema, actor: actorSchema, at: z.iso.datetime() }
const ofRelease = { ...ofWorker, version: versionSchema }

/** The bytes of a release for one platform and variant. */
export const loggedArtifactSchema = z.strictObject({
  platform: platformSchema,
  variant: variantNameSchema,
  /** Digest of the uncompressed tar. */
  digest: digestSchema,
  /** SHA-256 of each compressed form, sorted. */
  archives: z.array(sha256Schema),
})
export type LoggedArtifact = z.infer<typeof loggedArtifactSchema>

export const logEntrySchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('publish'),
    ...ofRelease,
    /** SHA-256 over manifest, version and digests: what makes two releases the same. */
    release: sha256Schema,
    /** Sorted by platform and variant. */
    artifacts: z.array(loggedArtifactSchema),
  }),
  z.strictObject({ kind: z.literal('yank'), ...ofRelease, reason: reasonSchema }),
  z.strictObject({ kind: z.literal('unyank'), ...ofRelease, reason: reasonSchema }),
  z.strictObject({ kind: z.literal('quarantine'), ...ofRelease, reason: reasonSchema }),
  z.strictObject({ kind: z.literal('release_quarantine'), ...ofRelease, reason: reasonSchema }),
  z.strictObject({
    kind: z.literal('deprecate'),
    ...ofWorker,
    reason: reasonSchema,
    successor: workerIdSchema.nullable(),
  }),
  z.strictObject({ kind: z.literal('undeprecate'), ...ofWorker, reason: reasonSchema }),
  z.strictObject({
    kind: z.literal('transfer'),
    ...ofWorker,
    /** Owners in the form of actors. */
    from: actorSchema,
    to: actorSchema,
    reason: reasonSchema,
  }),
  z.strictObject({
    kind: z.literal('key_change'),
    actor: actorSchema,
    at: z.iso.datetime(),
    /** Null for keys of the registry itself. */
    worker: workerIdSchema.nullable(),
    change: z.enum(['added', 'rotated', 'revoked']),
    /** What the key is for, such as `publisher` or `root`. */
    role: z.string().min(1).max(100),
    /** Ids of the keys, as the role's own metadata name them. */
    keys: z.array(z.string().min(1).max(200)).max(50),
    reason: reasonSchema,
  }),
  z.strictObject({
    kind: z.literal('staff_action'),
    actor: actorSchema,
    at: z.iso.datetime(),
    /** What was done, such as `confirm_security_fix`. */
    action: z.string().regex(/^[a-z][a-z0-9_]{0,63}$/),
    worker: workerIdSchema.nullable(),
    version: versionSchema.nullable(),
    reason: reasonSchema,
  }),
])
export type LogEntry = z.infer<typeof logEntrySchema>

/** Where in the log the events of one worker stand: the answer of `GET /v1/workers/:id/log`. */
export const workerLogSchema = z.object({
  worker: workerIdSchema,
  /** In the order of the log. */
  entries: z.array(
    z.object({
      /** Place in the log, from 0. */
      index: z.int().nonnegative(),
      kind: z.string(),
      version: versionSchema.nullable(),
      /** The entry itself, byte for byte. */
      entry: z.string(),
    }),
  ),
})
export type WorkerLog = z.infer<typeof workerLogSchema>

/** The log of a registry, as its signed metadata names it: the file `log.json`. */
export const signedLogSchema = z.object({
  /** The log's name, which stands in its checkpoints. */
  origin: z.string().min(1).max(255),
  /** The key that it is signed with: NAME+ID+BASE64 (C2SP signed-note). */
  key: z.string().max(400),
})
export type SignedLog = z.infer<typeof signedLogSchema>
