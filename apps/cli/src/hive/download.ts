import { setTimeout as sleep } from 'node:timers/promises'
import { freeChunk } from '@rbee/packaging'
import { RbeeError } from '@rbee/schema'
import type { BytesAnswer, FetchBytes } from '../registry/fetch-bytes.ts'

const ATTEMPTS_WITHOUT_PROGRESS = 4
const FIRST_PAUSE_MS = 250
/** In a row, with less than 1 KiB each: whoever breaks off after every byte is not followed for months. */
const ATTEMPTS_WITH_SCRAPS = 16
const SCRAP_BYTES = 1024
/** A connection that passes too little within this time is given up and taken up again where it stopped. */
const STALL_MS = 30_000
/** Less than any line that is worth waiting for: a mirror that sends a byte a second keeps no install waiting for months. */
const LEAST_BYTES_PER_SECOND = 1024

export interface DownloadOptions {
  readonly fetch: FetchBytes
  readonly signal: AbortSignal
  readonly onBytes: (count: number) => void
  /** Bytes that are not needed any more. */
  readonly start?: number
  /** The size that verified metadata states; a server that sends more is cut off. */
  readonly size: number
  /** How long a connection may pass less than 1 KiB a second, in milliseconds; by default 30 s. */
  readonly stallMs?: number | undefined
}

/**
 * The bytes behind an address, as they arrive. A connection that breaks or stalls is taken up again with a range request
 * at the byte where it stopped, as often as there is progress. A chunk is valid until the next one is asked for. Bytes are not trusted here: the reader checks the digest.
 */
export async function* download(url: URL, options: DownloadOptions): AsyncGenerator<Uint8Array> {
  let received = options.start ?? 0
  let failures = 0
  let scraps = 0
  while (received < options.size) {
    const before = received
    try {
      for await (const chunk of request(url, received, options)) {
        received += chunk.length
        if (received > options.size) {
          throw new RbeeError(
            'size_mismatch',
            `${url.href} is longer than the ${options.size} bytes it should have`,
            { next: 'try again; when it happens again, the mirror or the network changes the bytes' },
          )
        }
        options.onBytes(chunk.length)
        yield chunk
      }
      if (received < options.size)
        throw new Error(`the connection ended after ${received} of ${options.size} bytes`)
    } catch (error) {
      options.signal.throwIfAborted()
      if (error instanceof RbeeError) throw error
      scraps = received - before < SCRAP_BYTES ? scraps + 1 : 0
      failures = received > before && !(error instanceof Stall) ? 1 : failures + 1
      if (failures >= ATTEMPTS_WITHOUT_PROGRESS || scraps >= ATTEMPTS_WITH_SCRAPS)
        throw unreachable(url, error)
      await sleep(FIRST_PAUSE_MS * 2 ** (failures - 1), undefined, { signal: options.signal })
    }
  }
}

async function* request(url: URL, start: number, options: DownloadOptions): AsyncGenerator<Uint8Array> {
  const stall = new AbortController()
  const signal = AbortSignal.any([options.signal, stall.signal])
  const seconds = (options.stallMs ?? STALL_MS) / 1000
  const least = LEAST_BYTES_PER_SECOND * seconds
  let passed = 0
  const timer = setTimeout(() => stall.abort(new Stall(passed, seconds)), seconds * 1000)
  try {
    const headers: Record<string, string> = {
      accept: 'application/octet-stream',
      'accept-encoding': 'identity',
    }
    if (start > 0) headers.range = `bytes=${start}-`
    const response = await options.fetch(url, { headers, signal })
    let skip = firstByteWanted(url, response, start)
    if (response.body === null) return
    for await (const chunk of response.body) {
      const { length } = chunk
      passed += length
      if (passed >= least) {
        passed = 0
        timer.refresh()
      }
      if (skip < length) yield chunk.subarray(skip)
      skip = Math.max(0, skip - length)
      freeChunk(chunk)
    }
  } catch (error) {
    options.signal.throwIfAborted()
    throw stall.signal.aborted ? stall.signal.reason : error
  } finally {
    clearTimeout(timer)
    stall.abort()
  }
}

/** A connection passed too little to be waited for. */
class Stall extends Error {
  constructor(bytes: number, seconds: number) {
    super(`${bytes === 0 ? 'nothing' : `no more than ${bytes} bytes`} came within ${seconds} s`)
  }
}

/** How many bytes of the answer are known already: not every server and mirror understands ranges. */
function firstByteWanted(url: URL, response: BytesAnswer, start: number): number {
  if (response.status === 200) return start
  const range = response.headers.get('content-range')
  if (start > 0 && response.status === 206 && range?.startsWith(`bytes ${start}-`)) return 0
  if (response.status >= 500 || response.status === 429) throw new Error(`HTTP ${response.status}`)
  throw new RbeeError(
    'registry_invalid',
    `${url.href} answered HTTP ${response.status} instead of the archive`,
    { next: 'try again later, or tell the operator of the registry' },
  )
}

function unreachable(url: URL, cause: unknown): RbeeError {
  const why =
    cause instanceof Error
      ? cause.cause instanceof Error
        ? cause.cause.message
        : cause.message
      : String(cause)
  return new RbeeError('registry_unreachable', `${url.origin} broke off the download: ${why}`, {
    next: 'check the network and run the command again; nothing was changed',
    cause,
  })
}
