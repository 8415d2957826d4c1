import { z } from 'zod'
import { keyIdOf, publicKeySchema } from './keys.ts'

// The parts of metadata that are signed (The Update Framework 1.0, section 4). Fields that are not named here are allowed
// and signed, as the specification wants it.

/** Of the specification that is followed. */
export const SPEC_VERSION = '1.0.31'
/** Files that one role may list: far more than a bin ever holds, and few enough to be parsed in no time. */
const TARGETS_MAX = 20_000
const KEYS_MAX = 100

const keyIdSchema = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hexadecimal')
const versionSchema = z.int().min(1)

const commonFields = {
  spec_version: z.string().regex(/^1\.\d{1,4}(\.\d{1,4})?$/, 'must be a version 1 of the specification'),
  version: versionSchema,
  expires: z.iso.datetime({ precision: 0 }),
}

const roleSchema = z.looseObject({
  keyids: z
    .array(keyIdSchema)
    .max(KEYS_MAX)
    .refine((ids) => new Set(ids).size === ids.length, 'must name each key once'),
  threshold: z.int().min(1),
})
/** Who signs a role: at least `threshold` of these keys. */
export type RoleKeys = z.infer<typeof roleSchema>

/**
 * By their ids, each of which must be the digest of its key: two ids for one key would let one signature count twice.
 */
const keysSchema = z
  .record(keyIdSchema, publicKeySchema)
  .refine((keys) => Object.keys(keys).length <= KEYS_MAX, 'must be a hundred at most')
  .refine(
    (keys) => Object.entries(keys).every(([id, key]) => keyIdOf(key) === id),
    'must be named by their digests',
  )
export type Keys = z.infer<typeof keysSchema>

export const rootSchema = z.looseObject({
  _type: z.literal('root'),
  ...commonFields,
  consistent_snapshot: z.literal(true, { error: 'must be true' }),
  keys: keysSchema,
  roles: z.looseObject({
    root: roleSchema,
    targets: roleSchema,
    snapshot: roleSchema,
    timestamp: roleSchema,
  }),
})
export type Root = z.infer<typeof rootSchema>

const hashesSchema = z.looseObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/) })
const metaFileSchema = z.looseObject({
  version: versionSchema,
  length: z.int().min(0).optional(),
  hashes: hashesSchema.optional(),
})
/** What a role says of the file of another. */
export type MetaFile = z.infer<typeof metaFileSchema>

export const timestampSchema = z.looseObject({
  _type: z.literal('timestamp'),
  ...commonFields,
  meta: z.strictObject({ 'snapshot.json': metaFileSchema }),
})
export type Timestamp = z.infer<typeof timestampSchema>

export const snapshotSchema = z.looseObject({
  _type: z.literal('snapshot'),
  ...commonFields,
  meta: z
    .record(z.string().max(200), metaFileSchema)
    .refine((meta) => 'targets.json' in meta, 'must name targets.json'),
})
export type Snapshot = z.infer<typeof snapshotSchema>

const targetFileSchema = z.looseObject({ length: z.int().min(0), hashes: hashesSchema })
/** Size in bytes and digest of a file. */
export type TargetFile = z.infer<typeof targetFileSchema>

const targetsSchema = z
  .record(z.string().min(1).max(300), targetFileSchema)
  .refine((targets) => Object.keys(targets).length <= TARGETS_MAX, `must be ${TARGETS_MAX} at most`)

/** A role that lists files. */
export const binSchema = z.looseObject({
  _type: z.literal('targets'),
  ...commonFields,
  targets: targetsSchema,
})
export type Bin = z.infer<typeof binSchema>

/** The role that hands all files on to bins (TAP 15). */
export const targetsRoleSchema = binSchema.extend({
  delegations: z.looseObject({
    keys: keysSchema,
    succinct_roles: roleSchema.extend({
      bit_length: z.int().min(1).max(16),
      name_prefix: z.string().regex(/^[a-z]{1,20}$/),
    }),
  }),
})
export type TargetsRole = z.infer<typeof targetsRoleSchema>
