import type { ArchivePart } from '@rbee/packaging'
import { type DownloadOptions, download } from '../download.ts'
import { type ByteRange, parallelRanges, RANGE_BYTES } from '../parallel-ranges.ts'
import { contentOf, type LocalFrames } from './local-frames.ts'

/** The last bytes of an archive, which were fetched before. */
export interface ArchiveTail {
  readonly start: number
  readonly bytes: Uint8Array
}

/**
 * An archive from `start` on, where some of its frames are here: the others are downloaded when it is their turn, small ones of them
 * side by side. Whoever gives up before the last part has to abort the signal.
 *
 * They fail as `download` does, with `NoRanges`, and with `LocalFileChanged`.
 */
export function archiveParts(
  url: URL,
  start: number,
  local: readonly LocalFrames[],
  tail: ArchiveTail,
  options: Omit<DownloadOptions, 'start' | 'isPart'>,
): readonly ArchivePart[] {
  const parts: ArchivePart[] = []
  const small: ByteRange[] = []
  const fetched = createSmallRanges(url, small, options)
  let position = start
  const fetchUpTo = (end: number) => {
    if (end <= position) return
    const size = end - position
    const range = { start: position, end }
    let bytes: ArchivePart['bytes']
    if (position >= tail.start) bytes = once(tail.bytes.subarray(position - tail.start, end - tail.start))
    else if (size > RANGE_BYTES) bytes = download(url, { ...options, ...range, size: end, isPart: true })
    else {
      small.push(range)
      bytes = fetched()
    }
    parts.push({ kind: 'frames', compressed: size, size, bytes })
  }
  for (const frames of local) {
    fetchUpTo(frames.start)
    const { start: from, end, size } = frames
    parts.push({ kind: 'content', compressed: end - from, size, bytes: contentOf(frames) })
    position = end
  }
  fetchUpTo(options.size)
  return parts
}

/** Hands out one range after the other of a list that is complete when the first is asked for. */
function createSmallRanges(
  url: URL,
  ranges: readonly ByteRange[],
  options: Pick<DownloadOptions, 'fetch' | 'signal' | 'stallMs' | 'onBytes'>,
): () => AsyncGenerator<Uint8Array> {
  const all = parallelRanges(url, ranges, options)
  return async function* next() {
    const { value } = await all.next()
    if (!value) throw new Error('more ranges than were asked for')
    options.onBytes(value.length)
    yield value
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
