import { FRAME_INDEX_MAX_BYTES, type IndexedFile, parseFrameIndex } from '@rbee/packaging'
import { type RequestOptions, requestBytes } from '../request-bytes.ts'
import type { ArchiveTail } from './archive-parts.ts'

/** What does not come within this time, in milliseconds, is not waited for: it only saves bytes. */
const WAITED_MS = 5_000

/**
 * The index of frames at the end of an archive, with what came along; null where there is none, or it cannot be had. Fails with the
 * signal's reason only.
 */
export async function readFrameIndex(
  url: URL,
  size: number,
  options: RequestOptions & { readonly onBytes: (count: number) => void },
): Promise<{ readonly index: readonly IndexedFile[]; readonly tail: ArchiveTail } | null> {
  const start = Math.max(0, size - FRAME_INDEX_MAX_BYTES)
  const bytes = new Uint8Array(size - start)
  let received = 0
  const stallMs = Math.min(options.stallMs ?? WAITED_MS, WAITED_MS)
  try {
    for await (const chunk of requestBytes(url, { start, end: size }, { ...options, stallMs })) {
      options.onBytes(chunk.length)
      if (received + chunk.length > bytes.length) return null
      bytes.set(chunk, received)
      received += chunk.length
    }
  } catch {
    // Whatever it was, the download of the archive meets it again, or does without.
    options.signal.throwIfAborted()
    return null
  }
  if (received < bytes.length) return null
  const index = parseFrameIndex(bytes, size)
  return index && { index, tail: { start, bytes } }
}
