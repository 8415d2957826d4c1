import { freeChunk } from '@rbee/packaging'
import { RbeeError } from '@rbee/schema'
import type { BytesAnswer, FetchBytes } from '../registry/fetch-bytes.ts'

/** A connection that passes too little within this time is given up and taken up again where it stopped. */
const STALL_MS = 30_000
/** Less than any line that is worth waiting for: a mirror that sends a byte a second keeps no install waiting for months. */
const LEAST_BYTES_PER_SECOND = 1024

export interface RequestOptions {
  readonly fetch: FetchBytes
  readonly signal: AbortSignal
  /** How long a connection may pass less than 1 KiB a second, in milliseconds; by default 30 s. */
  readonly stallMs?: number | undefined
}

/**
 * The bytes of one answer from `start` on, and to `end` where that is given. A chunk is valid until the next one is asked for.
 *
 * Fails with {@link Stall} on a connection that passes too little, with {@link NoRanges} where there is an `end` and the server
 * does not heed it, with `registry_invalid` on an answer that is not what was asked for, and with the connection's own error.
 */
export async function* requestBytes(
  url: URL,
  { start, end }: { readonly start: number; readonly end?: number },
  options: RequestOptions,
): AsyncGenerator<Uint8Array> {
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
    if (start > 0 || end !== undefined) headers.range = `bytes=${start}-${end === undefined ? '' : end - 1}`
    const response = await options.fetch(url, { headers, signal })
    if (end !== undefined && response.status === 200) throw new NoRanges()
    let skip = firstByteWanted(url, response, { start, ranged: headers.range !== undefined })
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

/** The server sends everything where a part was asked for. */
export class NoRanges extends Error {
  constructor() {
    super('the server knows no ranges')
  }
}

/** A connection passed too little to be waited for. */
export class Stall extends Error {
  constructor(bytes: number, seconds: number) {
    super(`${bytes === 0 ? 'nothing' : `no more than ${bytes} bytes`} came within ${seconds} s`)
  }
}

/** How many bytes of the answer are known already: not every server and mirror understands ranges. */
function firstByteWanted(
  url: URL,
  response: BytesAnswer,
  { start, ranged }: { readonly start: number; readonly ranged: boolean },
): number {
  if (response.status === 200) return start
  const range = response.headers.get('content-range')
  if (ranged && response.status === 206 && range?.startsWith(`bytes ${start}-`)) return 0
  if (response.status >= 500 || response.status === 429) throw new Error(`HTTP ${response.status}`)
  throw new RbeeError(
    'registry_invalid',
    `${url.href} answered HTTP ${response.status} instead of the archive`,
    { next: 'try again later, or tell the operator of the registry' },
  )
}
