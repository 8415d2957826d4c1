import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { S3Bucket } from './bucket.ts'
import { answerCall, refusal, type S3Answer } from './requests.ts'
import { refusalOfSignature, type S3Key } from './signature.ts'

/** What goes wrong with one request: a refusal, a connection that breaks, before or within the answer, or no answer at all. */
export type S3Fault = { readonly code: string; readonly status: number } | 'break' | 'cut' | 'silence'

export interface S3ServerOptions {
  readonly bucket?: string
  readonly key?: Partial<S3Key>
  /** As stores do that do not know conditional writes. */
  readonly ignoreConditions?: boolean
  /** Asked before each request is carried out; null lets it pass. */
  readonly fault?: (method: string, key: string, query: URLSearchParams) => S3Fault | null
  /** Asked after a request was carried out: whether its answer is lost. */
  readonly loseAnswer?: (method: string, key: string) => boolean
  /** By default the time of this machine. */
  readonly clock?: () => number
}

export interface S3Server {
  /** `http://127.0.0.1:PORT`; buckets stand in the path. */
  readonly endpoint: URL
  readonly bucketName: string
  readonly key: S3Key
  readonly bucket: S3Bucket
  /** `METHOD KEY` of all requests so far. */
  readonly requests: readonly string[]
  close(): Promise<void>
}

const MALFORMED: ReadonlySet<string> = new Set([
  'AuthorizationHeaderMalformed',
  'AuthorizationQueryParametersError',
  'InvalidArgument',
])

/**
 * A store as S3 is one, for tests: one bucket in memory behind a real socket. It checks every signature, digest and
 * condition, and has the limits of AWS: parts of at least 5 MiB, pages of 1,000 keys, a stated length of every body.
 */
export async function startS3Server(options: S3ServerOptions = {}): Promise<S3Server> {
  const bucketName = options.bucket ?? 'workers'
  const key: S3Key = {
    accessKeyId: 'AKTEST',
    secretAccessKey: 'test-secret',
    region: 'us-east-1',
    ...options.key,
  }
  const bucket = new S3Bucket()
  const requests: string[] = []
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) =>
      response.destroy(error instanceof Error ? error : undefined),
    )
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://store')
    const method = request.method ?? ''
    const [, name, ...segments] = url.pathname.split('/')
    const objectKey = decodeURIComponent(segments.join('/'))
    requests.push(`${method} ${objectKey}`)
    const fault = options.fault?.(method, objectKey, url.searchParams) ?? null
    if (fault === 'silence') return
    const body = await bytesOfRequest(request)
    if (fault === 'break') return void response.destroy()
    const given =
      fault === null || fault === 'cut'
        ? decide(request, url, name ?? '', objectKey, body)
        : refusal(fault.code, fault.status)
    if (options.loseAnswer?.(method, objectKey)) return void response.destroy()
    response.writeHead(given.status, given.headers)
    if (fault === 'cut') {
      const whole = Buffer.from(given.body ?? '')
      return void response.write(whole.subarray(0, whole.length / 2), () => response.destroy())
    }
    response.end(method === 'HEAD' ? undefined : given.body)
  }

  function decide(
    request: IncomingMessage,
    url: URL,
    name: string,
    objectKey: string,
    body: Buffer,
  ): S3Answer {
    const refused = refusalOfSignature(request, url, key, (options.clock ?? Date.now)())
    if (refused !== null) return refusal(refused, MALFORMED.has(refused) ? 400 : 403)
    if (name !== bucketName) return refusal('NoSuchBucket', 404)
    if (request.headers['transfer-encoding'] !== undefined) return refusal('MissingContentLength', 411)
    const call = {
      method: request.method ?? '',
      key: objectKey,
      query: url.searchParams,
      headers: request.headers,
      body,
    }
    return answerCall(bucket, bucketName, call, options.ignoreConditions ?? false)
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    endpoint: new URL(`http://127.0.0.1:${address.port}`),
    bucketName,
    key,
    bucket,
    requests,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

async function bytesOfRequest(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks)
}
