import type { Clock, RandomBytes } from '@rbee/registry'

/** A bucket of an S3-compatible store, and the right to use it. */
export interface S3Place {
  readonly bucket: string
  /** What all keys begin with: empty, or a text that ends in a slash. */
  readonly prefix: string
  /** Address of the store without the bucket, such as `https://s3.eu-central-1.amazonaws.com`. */
  readonly endpoint: URL
  readonly region: string
  /** Whether the bucket stands in the path of addresses (`HOST/BUCKET/KEY`) or in the host name (`BUCKET.HOST/KEY`). */
  readonly pathStyle: boolean
  readonly credentials: S3Credentials
}

export interface S3Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Only of temporary credentials. */
  readonly sessionToken?: string
}

/** What the stores take from the process they run in. */
export interface S3Surroundings {
  readonly clock: Clock
  readonly randomBytes: RandomBytes
  /** Folder for parts of uploads while they arrive; its contents are of no use to another process. */
  readonly spoolFolder: string
  /** Waits between two attempts, in milliseconds. */
  readonly sleep: (milliseconds: number) => Promise<void>
  /** How long the store may take until it begins to answer, in milliseconds; 30,000 when left out. */
  readonly answerTimeout?: number
}

/** The address of a key, or of the bucket itself for an empty key. */
export function addressOf(place: S3Place, key: string): URL {
  const url = new URL(place.endpoint)
  if (!place.pathStyle) url.hostname = `${place.bucket}.${url.hostname}`
  url.pathname = `${place.pathStyle ? `/${place.bucket}` : ''}/${encodedKey(key)}`
  return url
}

/** A time as signatures state it, ISO 8601 in its basic form: `20260101T000000Z`. */
export function signingTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replaceAll(/[:-]|\.\d{3}/g, '')
}

/** A key as it stands in an address and in `x-amz-copy-source`. */
export function encodedKey(key: string): string {
  return key.split('/').map(encodeURIComponent).join('/')
}
