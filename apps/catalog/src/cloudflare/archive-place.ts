import type { S3Place } from '@rbee/blobs/s3/links'
import { RbeeError } from '@rbee/schema'

/** What a Worker is told of its bucket beside the binding, which can sign no address. */
export interface BucketVariables {
  /** As the dashboard shows it: `https://ACCOUNT.r2.cloudflarestorage.com/BUCKET`. */
  readonly RBEE_R2_URL?: string | undefined
  readonly RBEE_R2_ACCESS_KEY_ID?: string | undefined
  readonly RBEE_R2_SECRET_ACCESS_KEY?: string | undefined
}

/**
 * The bucket as others reach it, with the right to read it; null where nothing is said of that. Fails with `setting_invalid`,
 * which names the variable and tells no value.
 */
export function archivePlace(variables: BucketVariables): S3Place | null {
  const { RBEE_R2_URL: url, RBEE_R2_ACCESS_KEY_ID: id, RBEE_R2_SECRET_ACCESS_KEY: secret } = variables
  if (url === undefined && id === undefined && secret === undefined) return null
  if (url === undefined) throw missing('RBEE_R2_URL')
  if (id === undefined) throw missing('RBEE_R2_ACCESS_KEY_ID')
  if (secret === undefined) throw missing('RBEE_R2_SECRET_ACCESS_KEY')
  const { origin, pathname, search, hash, protocol, username, password } = parsed(url)
  const bucket = /^\/([a-z0-9-]{3,63})\/?$/.exec(pathname)?.[1]
  if (bucket === undefined || protocol !== 'https:' || search + hash + username + password !== '')
    throw wrongUrl()
  return {
    ...{ bucket, prefix: '', endpoint: new URL(origin), region: 'auto', pathStyle: true },
    credentials: { accessKeyId: id, secretAccessKey: secret },
  }
}

function parsed(url: string): URL {
  if (!URL.canParse(url)) throw wrongUrl()
  return new URL(url)
}

function missing(name: string): RbeeError {
  return new RbeeError('setting_invalid', `${name} is missing, and others of the bucket are set`, {
    next: 'set RBEE_R2_URL, RBEE_R2_ACCESS_KEY_ID and RBEE_R2_SECRET_ACCESS_KEY, or none of them',
  })
}

function wrongUrl(): RbeeError {
  return new RbeeError('setting_invalid', 'RBEE_R2_URL is not the address of a bucket', {
    next: 'set it to the address for S3 clients, such as https://ACCOUNT.r2.cloudflarestorage.com/rbee-workers',
  })
}
