import { RbeeError } from '@rbee/schema'
import { createPatience } from './download-patience.ts'
import { inRanges, parallelRanges, RANGE_BYTES } from './parallel-ranges.ts'
import { NoRanges, type RequestOptions, requestBytes } from './request-bytes.ts'

/** How long one connection is given to show what it can do, in milliseconds. */
const SINGLE_MS = 2_000
/** Of that time, from which share on spent on waiting more connections are opened. */
const WAITING_SHARE = 0.7
/** What one connection has to bring for that to be the network's fault: a quick one waits for this machine, too. */
const SLOW_BYTES_PER_SECOND = 16 * 2 ** 20

export interface DownloadOptions extends RequestOptions {
  readonly onBytes: (count: number) => void
  /** Bytes that are not needed any more. */
  readonly start?: number
  /** The size that verified metadata states, or where a part ends; a server that sends more is cut off. */
  readonly size: number
  /** Whether more is behind it, which is not asked for: then a server that knows no ranges is of no use. */
  readonly isPart?: boolean
  /** After how long several connections may be used, in milliseconds; by default 2 s. */
  readonly singleMs?: number
}

/**
 * The bytes behind an address, as they arrive. A connection that breaks or stalls is taken up again with a range request
 * at the byte where it stopped, as often as there is progress; where the network is what is waited for, several ranges are
 * fetched at once. A chunk is valid until the next one is asked for. Bytes are not trusted here: the reader checks the digest.
 *
 * Fails with `size_mismatch`, `registry_unreachable`, `registry_invalid`, or the signal's reason; for a part also with {@link NoRanges}.
 */
export async function* download(url: URL, options: DownloadOptions): AsyncGenerator<Uint8Array> {
  const patience = createPatience(url, options.signal)
  let ranges = true
  let received = options.start ?? 0
  while (received < options.size) {
    const before = received
    try {
      for await (const chunk of chunksFrom(url, received, ranges, options)) {
        received += chunk.length
        if (received > options.size) throw tooLong(url, options.size)
        options.onBytes(chunk.length)
        yield chunk
      }
      if (received < options.size)
        throw new Error(`the connection ended after ${received} of ${options.size} bytes`)
    } catch (error) {
      if (error instanceof NoRanges && options.isPart !== true) ranges = false
      else await patience.afterFailure(error, received - before)
    }
  }
}

/** What one connection gives, and from where it turns out to be slow, what several give. */
async function* chunksFrom(
  url: URL,
  start: number,
  ranges: boolean,
  options: DownloadOptions,
): AsyncGenerator<Uint8Array> {
  const pace = createPace(options.singleMs ?? SINGLE_MS)
  const asked = options.isPart === true ? { start, end: options.size } : { start }
  let position = start
  let isSlow = false
  for await (const chunk of pace.watch(requestBytes(url, asked, options))) {
    position += chunk.length
    yield chunk
    isSlow = ranges && options.size - position > RANGE_BYTES && pace.waitsForNetwork()
    if (isSlow) break
  }
  if (isSlow) yield* parallelRanges(url, inRanges({ start: position, end: options.size }), options)
}

/** Measures which of the two a download waits for: the network, or whoever reads it. */
function createPace(afterMs: number) {
  const started = performance.now()
  let waited = 0
  let bytes = 0
  return {
    async *watch(source: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
      let asked = performance.now()
      for await (const chunk of source) {
        waited += performance.now() - asked
        bytes += chunk.length
        yield chunk
        asked = performance.now()
      }
    },
    waitsForNetwork: () => {
      const elapsed = performance.now() - started
      const isSlow = bytes < (SLOW_BYTES_PER_SECOND / 1000) * elapsed
      return elapsed >= afterMs && isSlow && waited >= WAITING_SHARE * elapsed
    },
  }
}

function tooLong(url: URL, size: number): RbeeError {
  return new RbeeError('size_mismatch', `${url.href} is longer than the ${size} bytes it should have`, {
    next: 'try again; when it happens again, the mirror or the network changes the bytes',
  })
}
