import { type ErrorCode, RbeeError } from '@rbee/schema'

/**
 * What an S3-compatible store answered instead of doing what it was asked. Only its code is kept: messages of stores repeat
 * key ids and what was signed.
 */
export class S3Refusal extends Error {
  override readonly name = 'S3Refusal'
  /** Of the `<Code>` of the answer; null where it had none. */
  readonly code: string | null
  readonly status: number

  constructor(code: string | null, status: number) {
    super(`The store answered ${status}${code === null ? '' : ` ${code}`}`)
    this.code = code
    this.status = status
  }
}

interface Explanation {
  readonly message: string
  readonly next: string
}

/**
 * Refusals that no repeating cures: a setting is wrong, or the machine.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
const EXPLANATIONS: ReadonlyMap<string, Explanation> = new Map([
  [
    'NoSuchBucket',
    { message: 'the bucket does not exist', next: 'create it, or name another one with --blobs' },
  ],
  [
    'AccessDenied',
    {
      message: 'the key may not do this',
      next: 'allow it to get, put, delete and list objects of the bucket (see docs/operating.md)',
    },
  ],
  [
    'InvalidAccessKeyId',
    { message: 'the store does not know the key', next: 'check AWS_ACCESS_KEY_ID and AWS_ENDPOINT_URL' },
  ],
  [
    'SignatureDoesNotMatch',
    { message: 'the secret does not belong to the key', next: 'check AWS_SECRET_ACCESS_KEY' },
  ],
  ['InvalidToken', { message: 'the session token is not valid', next: 'check AWS_SESSION_TOKEN' }],
  [
    'ExpiredToken',
    { message: 'the session token has expired', next: 'start the server again with new credentials' },
  ],
  [
    'RequestTimeTooSkewed',
    { message: 'the clock of this machine is wrong', next: 'set it, for example with an NTP service' },
  ],
  [
    'PermanentRedirect',
    { message: 'the bucket lies in another region', next: 'check AWS_REGION and AWS_ENDPOINT_URL' },
  ],
  [
    'AuthorizationHeaderMalformed',
    { message: 'the bucket lies in another region', next: 'check AWS_REGION' },
  ],
  [
    'MethodNotAllowed',
    { message: 'the address is not one of an S3-compatible store', next: 'check AWS_ENDPOINT_URL' },
  ],
])

/** The failure that a refusal is for the callers of a store: `storage_failed`, or `disk_full` where the store is. */
export function failureOfRefusal(refusal: S3Refusal): RbeeError {
  const explanation = explanationOf(refusal)
  if (explanation) {
    const { message, next } = explanation
    const shown = refusal.code === null ? '' : ` (${refusal.code})`
    return new RbeeError('storage_failed', `The object store refuses the request: ${message}${shown}`, {
      next,
      cause: refusal,
    })
  }
  const code: ErrorCode = refusal.status === 507 ? 'disk_full' : 'storage_failed'
  const message = refusal.status === 507 ? 'The object store is full' : 'The object store did not do its part'
  return new RbeeError(code, `${message} (${refusal.code ?? refusal.status})`, {
    next: 'Try again in a moment',
    cause: refusal,
  })
}

/** Whether a failure comes from a setting or the machine rather than from a store that is busy or out of reach. */
export function isSettled(error: unknown): boolean {
  return (
    error instanceof Error && error.cause instanceof S3Refusal && explanationOf(error.cause) !== undefined
  )
}

/** Whether a call failed with this code of the store. */
export function wasRefused(error: unknown, ...codes: readonly string[]): boolean {
  return (
    error instanceof Error &&
    error.cause instanceof S3Refusal &&
    error.cause.code !== null &&
    codes.includes(error.cause.code)
  )
}

/** Answers to HEAD have no body, so that only their status tells. */
function explanationOf({ code, status }: S3Refusal): Explanation | undefined {
  if (code !== null) return EXPLANATIONS.get(code)
  if (status === 403) return EXPLANATIONS.get('AccessDenied')
  if (status === 405) return EXPLANATIONS.get('MethodNotAllowed')
  return status >= 300 && status < 400 ? EXPLANATIONS.get('PermanentRedirect') : undefined
}
