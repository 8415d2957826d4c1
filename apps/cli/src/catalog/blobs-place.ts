import { resolve } from 'node:path'
import type { BlobsPlace, LicensedLinks } from '@rbee/catalog/node'
import { describeIssues, RbeeError } from '@rbee/schema'
import { z } from 'zod'

type Environment = Readonly<Record<string, string | undefined>>

/** `--blobs` and RBEE_BLOBS. */
export const blobsSchema = z
  .string()
  .regex(/^(file:(?!\/\/[^/])|s3:\/\/)./, 'must be file:DIR or s3://BUCKET[/PREFIX]')

/** Names as AWS allows them; also no other address than the endpoint's can be made with one. */
const bucketSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, '--blobs: s3:// is followed by a bucket of 3 to 63 characters')
const prefixSchema = z
  .string()
  .regex(
    /^(?!\.{1,2}(\/|$))[A-Za-z0-9._-]+(\/(?!\.{1,2}(\/|$))[A-Za-z0-9._-]+)*$/,
    '--blobs: the prefix may hold letters, digits, and . _ - between slashes',
  )

const emptyAsMissing = (text: unknown) => (text === '' ? undefined : text)
const optional = <Schema extends z.ZodType>(schema: Schema) => z.preprocess(emptyAsMissing, schema.optional())
const required = (name: string) => z.preprocess(emptyAsMissing, z.string({ error: `set ${name}` }))
const endpointSchema = z
  .url({ protocol: /^https?$/, error: 'must be an http or https address', abort: true })
  .refine((text) => {
    const { username, password, search, pathname } = new URL(text)
    return username + password + search === '' && pathname === '/'
  }, 'must be an address of nothing but scheme, host and port')

/** The variables that AWS's own programs read, and one for what they keep in files. */
const variablesSchema = z.object({
  AWS_ACCESS_KEY_ID: required('AWS_ACCESS_KEY_ID'),
  AWS_SECRET_ACCESS_KEY: required('AWS_SECRET_ACCESS_KEY'),
  AWS_SESSION_TOKEN: optional(z.string()),
  AWS_REGION: optional(z.string().regex(/^[a-z0-9-]{1,64}$/, 'is no name of a region')),
  AWS_DEFAULT_REGION: optional(z.string().regex(/^[a-z0-9-]{1,64}$/, 'is no name of a region')),
  AWS_ENDPOINT_URL_S3: optional(endpointSchema),
  AWS_ENDPOINT_URL: optional(endpointSchema),
  RBEE_S3_PATH_STYLE: optional(z.stringbool({ error: 'must be true or false' })),
})

/** `--licensed-links` and RBEE_LICENSED_LINKS. */
export const licensedLinksSchema = z.union(
  [
    z.literal('server').transform((kind): LicensedLinks => ({ kind })),
    z.literal('store').transform((kind): LicensedLinks => ({ kind, endpoint: null })),
    endpointSchema.transform((url): LicensedLinks => ({ kind: 'store', endpoint: new URL(url) })),
  ],
  { error: 'must be store, server, or the address at which clients reach the store' },
)

/**
 * Where documents and archives lie. For a bucket, everything else is taken from the AWS_ variables.
 * Fails with `setting_invalid`, which names the variable and never tells its value.
 */
export function blobsPlace(
  setting: string | undefined,
  { cwd, dataDir, env }: { readonly cwd: string; readonly dataDir: string; readonly env: Environment },
): BlobsPlace {
  if (setting === undefined) return { kind: 'folder', folder: dataDir }
  if (setting.startsWith('file:')) {
    return { kind: 'folder', folder: resolve(cwd, setting.slice('file:'.length)) }
  }
  const [name, ...rest] = setting.slice('s3://'.length).replace(/\/$/, '').split('/')
  const bucket = checked(bucketSchema, name)
  const prefix = rest.length === 0 ? '' : `${checked(prefixSchema, rest.join('/'))}/`
  const variables = checked(variablesSchema, env)
  const ownEndpoint = variables.AWS_ENDPOINT_URL_S3 ?? variables.AWS_ENDPOINT_URL
  const region = regionOf(variables, ownEndpoint !== undefined)
  return {
    kind: 'bucket',
    bucket: {
      bucket,
      prefix,
      endpoint: new URL(ownEndpoint ?? `https://s3.${region}.amazonaws.com`),
      region,
      // Host names of buckets need DNS, and a certificate, that stores of one's own seldom have; a dot in the bucket's
      // name fits no certificate of AWS either.
      pathStyle: variables.RBEE_S3_PATH_STYLE ?? (ownEndpoint !== undefined || bucket.includes('.')),
      credentials: {
        accessKeyId: variables.AWS_ACCESS_KEY_ID,
        secretAccessKey: variables.AWS_SECRET_ACCESS_KEY,
        ...(variables.AWS_SESSION_TOKEN !== undefined && { sessionToken: variables.AWS_SESSION_TOKEN }),
      },
    },
  }
}

/** Stores of one's own mostly have a single region, which they call as AWS calls its first. */
function regionOf(variables: z.infer<typeof variablesSchema>, hasOwnEndpoint: boolean): string {
  const region = variables.AWS_REGION ?? variables.AWS_DEFAULT_REGION
  if (region !== undefined) return region
  if (hasOwnEndpoint) return 'us-east-1'
  throw new RbeeError('setting_invalid', 'AWS_REGION: set the region of the bucket', {
    next: 'or set AWS_ENDPOINT_URL for a store other than that of AWS',
  })
}

function checked<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const message = issue?.path.length === 0 ? issue.message : describeIssues(result.error)
  throw new RbeeError('setting_invalid', message)
}
