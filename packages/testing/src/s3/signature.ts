import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** How far the clocks of a client and of a store may differ, in milliseconds. */
const MAX_SKEW_MS = 15 * 60_000
/** A week. */
const LINK_MAX_SECONDS = 604_800

/** The key that requests have to be signed with. */
export interface S3Key {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  readonly region: string
}

/**
 * Checks a request as AWS does, Signature Version 4 in the Authorization field.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 *
 * @returns the code of the refusal, or null.
 */
export function refusalOfSignature(
  request: IncomingMessage,
  url: URL,
  key: S3Key,
  now: number,
): string | null {
  if (url.searchParams.has('X-Amz-Algorithm')) return refusalOfLink(request, url, key, now)
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      request.headers.authorization ?? '',
    )
  if (!match) return 'AccessDenied'
  const [, id = '', day = '', region = '', signedHeaders = '', signature = ''] = match
  if (id !== key.accessKeyId) return 'InvalidAccessKeyId'
  if (region !== key.region) return 'AuthorizationHeaderMalformed'
  if (key.sessionToken !== undefined && request.headers['x-amz-security-token'] !== key.sessionToken) {
    return 'InvalidToken'
  }
  const time = headerOf(request, 'x-amz-date')
  if (Math.abs(timeOf(time) - now) > MAX_SKEW_MS || !time.startsWith(day)) return 'RequestTimeTooSkewed'
  const names = signedHeaders.split(';')
  // What decides over a write must be signed, or anybody on the way could change it.
  const binding = Object.keys(request.headers).filter((name) =>
    /^(host|x-amz-.*|if-(none-)?match)$/.test(name),
  )
  if (!binding.every((name) => names.includes(name))) return 'AccessDenied'

  const signed = { query: url.searchParams, names, payload: headerOf(request, 'x-amz-content-sha256'), time }
  const expected = expectedSignature(request, url, key, signed)
  return timingSafeEqual(expected, Buffer.from(signature, 'hex')) ? null : 'SignatureDoesNotMatch'
}

/**
 * Checks a link that is signed in its query.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
function refusalOfLink(request: IncomingMessage, url: URL, key: S3Key, now: number): string | null {
  const query = new URLSearchParams(url.searchParams)
  const parameter = (name: string) => query.get(name) ?? ''
  // One way of proving who asks, not two: AWS refuses such a request, so that a token sent by mistake is noticed.
  if (request.headers.authorization !== undefined) return 'InvalidArgument'
  const [id, day = '', region, ...rest] = parameter('X-Amz-Credential').split('/')
  if (parameter('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256' || rest.join('/') !== 's3/aws4_request')
    return 'AuthorizationQueryParametersError'
  if (id !== key.accessKeyId) return 'InvalidAccessKeyId'
  if (region !== key.region) return 'AuthorizationQueryParametersError'
  if ((query.get('X-Amz-Security-Token') ?? undefined) !== key.sessionToken) return 'InvalidToken'
  const time = parameter('X-Amz-Date')
  const seconds = Number(parameter('X-Amz-Expires'))
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > LINK_MAX_SECONDS || !time.startsWith(day))
    return 'AuthorizationQueryParametersError'
  const age = now - timeOf(time)
  if (!(age >= -MAX_SKEW_MS && age < seconds * 1000)) return 'AccessDenied'
  const signature = Buffer.from(parameter('X-Amz-Signature'), 'hex')
  query.delete('X-Amz-Signature')
  const names = parameter('X-Amz-SignedHeaders').split(';')
  if (!names.includes('host')) return 'AccessDenied'
  const expected = expectedSignature(request, url, key, { query, names, payload: 'UNSIGNED-PAYLOAD', time })
  const isRight = signature.length === expected.length && timingSafeEqual(expected, signature)
  return isRight ? null : 'SignatureDoesNotMatch'
}

/** What a signature is made over beside the request's method and path. */
interface Signed {
  readonly query: URLSearchParams
  /** Of the header fields that are signed. */
  readonly names: readonly string[]
  /** SHA-256 of the body, or what stands for it. */
  readonly payload: string
  readonly time: string
}

function expectedSignature(
  request: IncomingMessage,
  url: URL,
  key: S3Key,
  { query, names, payload, time }: Signed,
): Buffer {
  const canonical = [
    request.method,
    url.pathname
      .split('/')
      .map((segment) => encoded(decodeURIComponent(segment)))
      .join('/'),
    [...query]
      .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
      .toSorted()
      .join('&'),
    ...names.map((name) => `${name}:${headerOf(request, name).trim()}`),
    '',
    names.join(';'),
    payload,
  ].join('\n')
  const scope = [time.slice(0, 8), key.region, 's3', 'aws4_request']
  const text = ['AWS4-HMAC-SHA256', time, scope.join('/'), sha256(canonical)].join('\n')
  return hmac(scope.reduce<Buffer>(hmac, Buffer.from(`AWS4${key.secretAccessKey}`)), text)
}

function headerOf(request: IncomingMessage, name: string): string {
  const value = request.headers[name]
  return (Array.isArray(value) ? value.join(',') : value) ?? ''
}

/** `20260101T000000Z` */
function timeOf(text: string): number {
  return Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
}

/** Percent-encoding of everything but the unreserved characters. */
function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()
