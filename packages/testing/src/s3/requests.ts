import { createHash } from 'node:crypto'
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import type { ObjectHeaders, S3Bucket, S3Object } from './bucket.ts'

/** A listing has at most this many keys, whatever is asked for. */
const PAGE_KEYS = 1000

export interface S3Answer {
  readonly status: number
  readonly headers?: OutgoingHttpHeaders
  readonly body?: Buffer | string
}

export interface S3Call {
  readonly method: string
  readonly key: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

/** Does what a request asks for. The parts of S3 that the catalog uses, with the rules of AWS. */
export function answerCall(
  bucket: S3Bucket,
  name: string,
  call: S3Call,
  ignoreConditions: boolean,
): S3Answer {
  const { method, key, query, headers, body } = call
  const isLink = query.has('X-Amz-Signature')
  const stated = isLink ? 'UNSIGNED-PAYLOAD' : headers['x-amz-content-sha256']
  if (stated !== 'UNSIGNED-PAYLOAD' && stated !== sha256(body))
    return refusal('XAmzContentSHA256Mismatch', 400)
  if (key === '') return method === 'GET' ? list(bucket, name, query) : refusal('MethodNotAllowed', 405)
  if (method === 'GET' || method === 'HEAD') return read(bucket.objects.get(key), call)
  const uploadId = query.get('uploadId')
  if (method === 'DELETE') {
    if (uploadId === null) bucket.objects.delete(key)
    else if (!bucket.abort(uploadId)) return refusal('NoSuchUpload', 404)
    return { status: 204 }
  }
  if (method === 'POST') {
    if (uploadId !== null)
      return tagged('CompleteMultipartUploadResult', bucket.complete(uploadId, key, listedParts(body)))
    const id = bucket.openUpload(key, headersOf(headers))
    return xml(
      200,
      `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
    )
  }
  if (method !== 'PUT') return refusal('MethodNotAllowed', 405)
  if (uploadId !== null) {
    const stored = bucket.putPart(uploadId, key, Number(query.get('partNumber')), body)
    return 'code' in stored ? refusal(stored.code, 404) : { status: 200, headers: { etag: stored.etag } }
  }
  if (headers['x-amz-copy-source'] !== undefined) return copy(bucket, name, call)
  const refused = ignoreConditions ? null : refusalOfCondition(bucket.objects.get(key), headers)
  return refused ?? { status: 200, headers: { etag: bucket.put(key, body, headersOf(headers)) } }
}

export function refusal(code: string, status: number): S3Answer {
  return xml(status, `<Error><Code>${code}</Code><Message>told of the secret</Message></Error>`)
}

function xml(status: number, content: string): S3Answer {
  return {
    status,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n${content}`,
  }
}

function read(object: S3Object | undefined, { method, query, headers }: S3Call): S3Answer {
  if (!object) return method === 'HEAD' ? { status: 404 } : refusal('NoSuchKey', 404)
  const { etag, contentType, cacheControl, body } = object
  if (headers['if-match'] !== undefined && headers['if-match'] !== etag)
    return refusal('PreconditionFailed', 412)
  const disposition = query.get('response-content-disposition')
  const shown = {
    etag,
    'content-type': query.get('response-content-type') ?? contentType,
    'cache-control': query.get('response-cache-control') ?? cacheControl,
    ...(disposition !== null && { 'content-disposition': disposition }),
    'accept-ranges': 'bytes',
  }
  const range = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '')
  if (!range) return { status: 200, headers: { ...shown, 'content-length': body.length }, body }
  const start = Number(range[1])
  const end = Math.min(range[2] ? Number(range[2]) : Number.POSITIVE_INFINITY, body.length - 1)
  if (start >= body.length) return refusal('InvalidRange', 416)
  const part = body.subarray(start, end + 1)
  return {
    status: 206,
    headers: {
      ...shown,
      'content-length': part.length,
      'content-range': `bytes ${start}-${end}/${body.length}`,
    },
    body: part,
  }
}

function refusalOfCondition(object: S3Object | undefined, headers: S3Call['headers']): S3Answer | null {
  if (headers['if-none-match'] === '*' && object) return refusal('PreconditionFailed', 412)
  if (headers['if-match'] === undefined) return null
  if (!object) return refusal('NoSuchKey', 404)
  return headers['if-match'] === object.etag ? null : refusal('PreconditionFailed', 412)
}

function copy(bucket: S3Bucket, name: string, { key, headers }: S3Call): S3Answer {
  const source = decodeURIComponent(String(headers['x-amz-copy-source']))
  const object = source.startsWith(`/${name}/`)
    ? bucket.objects.get(source.slice(name.length + 2))
    : undefined
  if (!object) return refusal('NoSuchKey', 404)
  if (headers['x-amz-copy-source-if-match'] !== object.etag) return refusal('PreconditionFailed', 412)
  return tagged('CopyObjectResult', { etag: bucket.put(key, object.body, object) })
}

/** Such answers begin before the work is done, so that a failure comes with a status of 200. */
function tagged(element: string, result: { etag: string } | { code: string }): S3Answer {
  if ('code' in result) {
    return result.code === 'NoSuchUpload' ? refusal(result.code, 404) : refusal(result.code, 200)
  }
  return xml(200, `<${element}><ETag>${result.etag.replaceAll('"', '&quot;')}</ETag></${element}>`)
}

function list(bucket: S3Bucket, name: string, query: URLSearchParams): S3Answer {
  if (query.get('list-type') !== '2') return refusal('NotImplemented', 501)
  const token = query.get('continuation-token') ?? ''
  const after = Buffer.from(token, 'base64').toString()
  const { keys, isTruncated } = bucket.list(query.get('prefix') ?? '', after, PAGE_KEYS)
  const next = Buffer.from(keys.at(-1) ?? '').toString('base64')
  const rows = keys.map((key) => `<Contents><Key>${encodeURIComponent(key)}</Key></Contents>`).join('')
  return xml(
    200,
    `<ListBucketResult><Name>${name}</Name><IsTruncated>${isTruncated}</IsTruncated>${rows}${
      isTruncated ? `<NextContinuationToken>${next}</NextContinuationToken>` : ''
    }</ListBucketResult>`,
  )
}

function listedParts(body: Buffer): { part: number; etag: string }[] {
  const parts = body
    .toString()
    .matchAll(/<Part><PartNumber>(\d+)<\/PartNumber><ETag>([^<]+)<\/ETag><\/Part>/g)
  return [...parts].map(([, part, etag = '']) => ({
    part: Number(part),
    etag: etag.replaceAll('&quot;', '"'),
  }))
}

function headersOf(headers: S3Call['headers']): ObjectHeaders {
  return {
    contentType: headers['content-type'] ?? 'binary/octet-stream',
    cacheControl: headers['cache-control'] ?? '',
  }
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
