import { createHash } from 'node:crypto'
import { RbeeError } from '@rbee/schema'
import { AwsV4Signer } from 'aws4fetch'
import { addressOf, type S3Place, type S3Surroundings, signingTime } from './place.ts'
import { failureOfRefusal, S3Refusal } from './refusal.ts'
import { readErrorCode } from './xml.ts'

const ANSWER_TIMEOUT_MS = 30_000
/** The time for sending a body comes on top: at this rate, in bytes per millisecond, a part takes four minutes. */
const SLOWEST_SENDING = 64
/** For work that grows with the size of an object. Shorter than the 300 s after which `fetch` gives up by itself. */
export const LONG_WORK_MS = 280_000
/** Waits before the second attempt and those after it, in milliseconds; each is lengthened by up to its half at random. */
const WAITS = [100, 400, 1_600]
/** Refusals that stores ask to repeat; 5xx and 429 are repeated whatever their code. */
const PASSING = new Set(['RequestTimeout', 'SlowDown', 'OperationAborted', 'ConditionalRequestConflict'])

/** Bytes that can be sent as often as it takes. */
export interface S3Body {
  readonly content: Uint8Array<ArrayBuffer> | Blob
  /** SHA-256 of the content, hexadecimal: it is signed, and the store refuses other bytes. */
  readonly sha256: string
}

export interface S3Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE'
  /** Below the place's prefix; empty means the bucket. */
  readonly key: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: S3Body
  /** How long the store may work before it begins to answer, in milliseconds. */
  readonly patience?: number
  /** Statuses other than those of success that the caller can make use of. */
  readonly expect?: readonly number[]
}

export interface S3Client {
  readonly place: S3Place
  /**
   * Sends a request, again where that can help, and gives the answer: with its body unread where it is a success, read
   * where it is not. Fails with `storage_failed` or `disk_full`, whose cause is an `S3Refusal` where the store answered.
   */
  send(request: S3Request): Promise<Response>
  /** As `send`, and reads the body, which stores also use to tell of failures behind a status of 200. */
  sendForText(request: S3Request): Promise<string>
}

/** Signed requests to one bucket. */
export function s3Client(place: S3Place, surroundings: S3Surroundings): S3Client {
  async function send(request: S3Request): Promise<Response> {
    return repeated(async () => {
      const response = await answerOf(request)
      if (response.ok) return response
      const code = readErrorCode(await response.text())
      // A bucket that is gone is no document that is missing.
      if (request.expect?.includes(response.status) && code !== 'NoSuchBucket') return response
      throw new S3Refusal(code, response.status)
    })
  }

  async function sendForText(request: S3Request): Promise<string> {
    return repeated(async () => {
      const response = await answerOf(request)
      const text = await response.text()
      const code = readErrorCode(text)
      if (!response.ok || code !== null) throw new S3Refusal(code, response.status)
      return text
    })
  }

  async function repeated<T>(attempt: () => Promise<T>): Promise<T> {
    for (const wait of WAITS) {
      try {
        return await attempt()
      } catch (error) {
        if (!canPass(error)) throw explained(error)
        const [random = 0] = surroundings.randomBytes(1)
        await surroundings.sleep(wait * (1 + random / 512))
      }
    }
    try {
      return await attempt()
    } catch (error) {
      throw explained(error)
    }
  }

  /** Signed anew for every attempt: a signature is valid for some minutes only. */
  async function answerOf(request: S3Request): Promise<Response> {
    const { method, url, headers } = await signed(request)
    const giveUp = new AbortController()
    const timer = setTimeout(
      () => giveUp.abort(new SlowAnswer('The object store did not begin to answer in time')),
      (request.patience ?? surroundings.answerTimeout ?? ANSWER_TIMEOUT_MS) + sendingTime(request.body),
    )
    try {
      return await fetch(url, {
        method,
        headers,
        body: request.body?.content,
        // A redirect would take the signed request to a host that nobody chose.
        redirect: 'manual',
        signal: giveUp.signal,
      })
    } finally {
      clearTimeout(timer)
    }
  }

  function signed({ method, key, query, headers, body }: S3Request) {
    const url = addressOf(place, key === '' ? '' : place.prefix + key)
    for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value)
    return new AwsV4Signer({
      method,
      url: url.href,
      headers: { ...headers, 'x-amz-content-sha256': body?.sha256 ?? EMPTY_SHA256 },
      service: 's3',
      region: place.region,
      datetime: signingTime(surroundings.clock()),
      ...place.credentials,
    }).sign()
  }

  return { place, send, sendForText }
}

/** A body of bytes that are at hand. */
export function bodyOf(bytes: Uint8Array): S3Body {
  const content = bytes.slice()
  return { content, sha256: createHash('sha256').update(content).digest('hex') }
}

function sendingTime(body: S3Body | undefined): number {
  if (body === undefined) return 0
  return (body.content instanceof Blob ? body.content.size : body.content.length) / SLOWEST_SENDING
}

const EMPTY_SHA256 = createHash('sha256').digest('hex')

function canPass(error: unknown): boolean {
  if (!(error instanceof S3Refusal)) return isTransportError(error)
  // An answer to HEAD has no body that could hold a code, and RequestTimeout has this status.
  if (error.code === null ? error.status === 400 : PASSING.has(error.code)) return true
  return error.status === 429 || (error.status >= 500 && error.status !== 501 && error.status !== 507)
}

class SlowAnswer extends Error {
  override readonly name = 'SlowAnswer'
}

/** `fetch` reports a broken connection as a TypeError with a cause; one without is a bug in what it was given. */
function isTransportError(error: unknown): boolean {
  return error instanceof SlowAnswer || (error instanceof TypeError && error.cause !== undefined)
}

function explained(error: unknown): unknown {
  if (error instanceof S3Refusal) return failureOfRefusal(error)
  if (!isTransportError(error)) return error
  return new RbeeError('storage_failed', 'The object store cannot be reached', {
    next: 'Try again in a moment',
    cause: error,
  })
}
