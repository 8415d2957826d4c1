import {
  ARCHIVE_FORMATS,
  addressSchema,
  type ErrorCode,
  fingerprintSchema,
  platformSchema,
  RbeeError,
  SEARCH_VALUES_MAX,
  sha256Schema,
  transferStateSchema,
  variantNameSchema,
  versionSchema,
  workerIdSchema,
} from '@rbee/schema'
import type { Context } from 'hono'
import { z } from 'zod'

/** A value in an address: its shape, and the code that a wrong one is answered with. */
export interface Parameter<Schema extends z.ZodType = z.ZodType> {
  readonly name: string
  readonly in: 'path' | 'query'
  readonly schema: Schema
  readonly code: ErrorCode
  readonly description: string
  /** Of query parameters; those of the path are always there. */
  readonly required?: boolean
  /** How the documentation shows the value, where the schema reads it out of text. */
  readonly shape?: Readonly<Record<string, unknown>>
}

function path<Schema extends z.ZodType>(
  name: string,
  schema: Schema,
  code: ErrorCode,
  description: string,
): Parameter<Schema> {
  return { name, in: 'path', schema, code, description }
}

function query<Schema extends z.ZodType>(
  name: string,
  schema: Schema,
  code: ErrorCode,
  description: string,
): Parameter<Schema> {
  return { name, in: 'query', schema, code, description }
}

export const ADDRESS = path(
  'id',
  addressSchema,
  'invalid_id',
  'Id of a worker or of one of its variants (`llm-worker-cuda`), or a backend (`cuda`) for the official LLM worker',
)
export const WORKER_ID = path('id', workerIdSchema, 'invalid_id', 'Id of the worker')
export const VERSION = path('version', versionSchema, 'invalid_version', 'Semantic version')
export const VERSION_OR_LATEST = path(
  'version',
  z.union([z.literal('latest'), versionSchema]),
  'invalid_version',
  'Semantic version, or `latest`',
)
export const VERSION_QUERY = query(
  'version',
  z.union([z.literal('latest'), versionSchema]),
  'invalid_version',
  'Semantic version, or `latest`; by default the latest',
)
const buildSchema = z.enum(['dev', 'prod'], { error: 'must be dev (from source) or prod (from binaries)' })
export const ARTIFACT_PLATFORM = path(
  'platform',
  platformSchema,
  'invalid_platform',
  'Platform of the artifact, for example `linux-x86_64`',
)
export const ARTIFACT_VARIANT = path(
  'variant',
  variantNameSchema,
  'invalid_variant',
  'Variant of the artifact',
)
export const BUILD = path(
  'build',
  buildSchema,
  'not_found',
  '`dev` builds from source, `prod` installs binaries',
)
export const BUILD_QUERY = query('build', buildSchema, 'bad_request', BUILD.description)
export const PACKAGE_MANAGER = path(
  'platform',
  z.enum(['arch', 'homebrew'], { error: 'must be arch or homebrew' }),
  'not_found',
  'Whose format it is: `arch` for a PKGBUILD, `homebrew` for a formula',
)
export const SHA256 = path(
  'sha256',
  sha256Schema,
  'invalid_digest',
  'SHA-256 of the bytes, in lower-case hexadecimal digits',
)
export const PATCH_FROM = path(
  'from',
  sha256Schema,
  'invalid_digest',
  'Digest of the archive that is patched, without `sha256:`',
)
const opaqueId = z
  .string()
  .max(100)
  .regex(/^[A-Za-z0-9_-]+$/)
export const UPLOAD_ID = path('upload_id', opaqueId, 'upload_not_found', 'Name of the upload')
export const SYNC_ID = path('sync_id', opaqueId, 'sync_not_found', 'Name of the sync')
export const TOKEN_ID = path('token_id', opaqueId, 'not_found', 'Id of the token, not its text')
export const PUBLISHER_ID = path(
  'publisher_id',
  opaqueId,
  'publisher_not_found',
  'Id of the trusted publisher',
)
export const TRANSFER_ID = path('transfer_id', opaqueId, 'transfer_not_found', 'Id of the transfer')
export const TRANSFER_STATE = query(
  'status',
  transferStateSchema,
  'bad_request',
  'Only transfers that stand so: `asked`, `approved`, `refused`, `cancelled` or `done`',
)
export const LICENSE_ID = path('license_id', opaqueId, 'license_not_found', 'Id of the licence')
export const FINGERPRINT = path(
  'fingerprint',
  fingerprintSchema,
  'seat_not_found',
  'Fingerprint of the machine, for this licence',
)
export const PART = {
  ...path(
    'part',
    z
      .string()
      .regex(/^[1-9]\d{0,4}$/, 'is not the number of a part')
      .transform(Number),
    'part_invalid',
    'Number of the part, from 1',
  ),
  shape: { type: 'integer', minimum: 1 },
}

export const LIMIT = {
  ...query(
    'limit',
    z
      .string()
      .regex(/^(?:[1-9]\d?|1\d\d|200)$/, 'must be a number from 1 to 200')
      .transform(Number),
    'invalid_limit',
    'Workers per page',
  ),
  shape: { type: 'integer', minimum: 1, maximum: 200, default: 50 },
}
export const CURSOR = query(
  'cursor',
  z.string().min(1).max(300),
  'invalid_cursor',
  '`next_cursor` of the page before',
)
export const WAIT = {
  ...query(
    'wait',
    z
      .string()
      .regex(/^(?:\d|[1-5]\d|60)$/, 'must be a number of seconds from 0 to 60')
      .transform(Number),
    'bad_request',
    'How long the answer may wait for the end of the sync, in seconds',
  ),
  shape: { type: 'integer', minimum: 0, maximum: 60, default: 30 },
}
/** Any OS-ARCH: a platform that no worker can name is one for which there is no artifact, not a malformed one. */
export const PLATFORM = query(
  'platform',
  z
    .string()
    .max(60, 'is longer than 60 characters')
    .regex(/^[A-Za-z0-9_]+-[A-Za-z0-9_]+$/, 'must be OS-ARCH, such as linux-x86_64'),
  'invalid_platform',
  'Operating system and architecture, for example `linux-x86_64`',
)
export const VARIANT = query(
  'variant',
  variantNameSchema,
  'invalid_variant',
  "By default the variant of the address, else the worker's default variant",
)
export const FORMAT = query(
  'format',
  z.enum(ARCHIVE_FORMATS, { error: `must be one of ${ARCHIVE_FORMATS.join(', ')}` }),
  'invalid_format',
  'By default `tar.gz`',
)

export const EXPIRES = {
  ...query(
    'expires',
    z
      .string()
      .regex(/^[1-9]\d{0,11}$/, 'must be seconds since 1970')
      .transform(Number),
    'license_required',
    'Of an address that `download` answered for a licence: when it ends, in seconds since 1970',
  ),
  shape: { type: 'integer', minimum: 1 },
}
export const SIGNATURE = query(
  'signature',
  z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  'license_required',
  'Of an address that `download` answered for a licence',
)

/** The value of a path segment; fails with the parameter's code. */
export function pathParameter<Schema extends z.ZodType>(context: Context, parameter: Parameter<Schema>) {
  return parse(parameter, context.req.param(parameter.name) ?? '')
}

/** The value of a query parameter, null when it is left out; fails with the parameter's code, also when it stands twice. */
export function queryParameter<Schema extends z.ZodType>(
  context: Context,
  parameter: Parameter<Schema>,
): z.output<Schema> | null {
  const values = context.req.queries(parameter.name)
  const [value] = values ?? []
  if (value === undefined) return null
  if (values && values.length > 1) {
    throw new RbeeError(parameter.code, `The parameter ${parameter.name} stands more than once`)
  }
  return parse(parameter, value)
}

/** The values of a query parameter that may stand several times, without empty ones; fails with the parameter's code. */
export function queryValues<Schema extends z.ZodType>(
  context: Context,
  parameter: Parameter<Schema>,
): z.output<Schema>[] {
  const values = (context.req.queries(parameter.name) ?? []).filter((value) => value !== '')
  if (values.length > SEARCH_VALUES_MAX) {
    throw new RbeeError(
      parameter.code,
      `The parameter ${parameter.name} stands more than ${SEARCH_VALUES_MAX} times`,
    )
  }
  return values.map((value) => parse(parameter, value))
}

function parse<Schema extends z.ZodType>(parameter: Parameter<Schema>, text: string): z.output<Schema> {
  const result = parameter.schema.safeParse(text)
  if (result.success) return result.data
  const reason = result.error.issues[0]?.message ?? 'is not valid'
  throw new RbeeError(parameter.code, `The ${parameter.name} in the address ${asClause(reason)}`, {
    details: { parameter: parameter.name },
  })
}

/** Messages of our own schemas are predicates ("is longer than …"); the library's are sentences. */
function asClause(reason: string): string {
  return /^(is|may|must)\b/.test(reason) ? reason : `is not valid: ${reason}`
}
