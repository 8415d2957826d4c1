import { ARCHIVE_LIMITS } from './archive-rules.ts'
import { createTarReader } from './tar-reader.ts'

/**
 * Bytes of a tar after which a new frame begins. Node's program is 0.8 % more to download than in one frame. No multiple of
 * what decoders give out at once (1 MiB): Node's does not stop at the end of a frame that fills its last chunk.
 */
export const FRAME_BYTES = 31.5 * 2 ** 20
/** Files from this size on have frames of their own, so that the same file is the same frames in another archive. */
export const LARGE_FILE_BYTES = 16 * 2 ** 20

/** Bytes of a tar, and whether a new frame begins with them. */
export interface FramedPart {
  readonly bytes: Uint8Array
  readonly begins: boolean
}

/**
 * Says where the compressed frames of a tar archive begin: with each large file, behind it, and otherwise after
 * {@link FRAME_BYTES}. A download that was interrupted goes on with the frame that it was at.
 *
 * Fails as the reader does where the tar is not valid.
 */
export async function* cutIntoFrames(tar: AsyncIterable<Uint8Array>): AsyncGenerator<FramedPart> {
  const boundaries = createBoundaries()
  let position = 0
  /** What the frame may still hold, in bytes. */
  let room = FRAME_BYTES
  for await (const chunk of tar) {
    boundaries.push(chunk)
    for (let offset = 0; offset < chunk.length; ) {
      const begins = position > 0 && (room === 0 || boundaries.isAt(position))
      if (begins) room = FRAME_BYTES
      const length = Math.min(chunk.length - offset, room, boundaries.next(position) - position)
      yield { bytes: chunk.subarray(offset, offset + length), begins }
      offset += length
      position += length
      room -= length
    }
  }
}

/** The places in a tar where the bytes of large files begin and end, as far as it was pushed. */
function createBoundaries() {
  const reader = createTarReader(ARCHIVE_LIMITS)
  let places: number[] = []
  /** Of the entry that comes next. */
  let size = 0
  return {
    push(chunk: Uint8Array): void {
      const position = reader.size
      for (const event of reader.push(chunk)) {
        if (event.kind === 'entry') size = event.claim.size
        else {
          const start = position + event.bytes.byteOffset - chunk.byteOffset
          if (size >= LARGE_FILE_BYTES) places.push(start, start + size)
          size = 0
        }
      }
    },
    isAt: (position: number) => places.includes(position),
    /** The next one behind a place; infinity where none is known. */
    next(position: number): number {
      places = places.filter((place) => place >= position)
      return places.find((place) => place > position) ?? Number.POSITIVE_INFINITY
    },
  }
}
