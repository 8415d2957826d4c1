import { ARCHIVE_LIMITS } from './archive-rules.ts'
import { createTarReader } from './tar-reader.ts'

/**
 * Bytes of a tar after which a new frame begins. Node's program is 0.8 % more to download than in one frame. No multiple of
 * what decoders give out at once (1 MiB): Node's does not stop at the end of a frame that fills its last chunk.
 */
export const FRAME_BYTES = 31.5 * 2 ** 20

/** Bytes of a tar, and whether a new frame begins with them. */
export interface FramedPart {
  readonly bytes: Uint8Array
  readonly begins: boolean
  /** The file that has the frame for itself; null for any other frame. */
  readonly file: string | null
}

/**
 * Says where the compressed frames of a tar archive begin: with each file that has its own, behind it, and otherwise after
 * {@link FRAME_BYTES}. A download that was interrupted goes on with the frame that it was at, and leaves out those of
 * files that are there.
 *
 * Fails as the reader does where the tar is not valid.
 *
 * @param framed names of the files that have frames of their own
 */
export async function* cutIntoFrames(
  tar: AsyncIterable<Uint8Array>,
  framed: ReadonlySet<string>,
): AsyncGenerator<FramedPart> {
  const boundaries = createBoundaries(framed)
  let position = 0
  /** What the frame may still hold, in bytes. */
  let room = FRAME_BYTES
  for await (const chunk of tar) {
    boundaries.push(chunk)
    for (let offset = 0; offset < chunk.length; ) {
      const begins = position > 0 && (room === 0 || boundaries.isAt(position))
      if (begins) room = FRAME_BYTES
      const length = Math.min(chunk.length - offset, room, boundaries.next(position) - position)
      const bytes = chunk.subarray(offset, offset + length)
      yield { bytes, begins, file: boundaries.fileAt(position) }
      offset += length
      position += length
      room -= length
    }
  }
}

/** A file that has frames of its own, and where its bytes stand in the tar. */
interface Place {
  readonly name: string
  readonly start: number
  readonly end: number
}

/** The places of files in a tar, as far as it was pushed. */
function createBoundaries(framed: ReadonlySet<string>) {
  const reader = createTarReader(ARCHIVE_LIMITS)
  let places: Place[] = []
  let comes: { readonly name: string; readonly size: number } | null = null
  return {
    push(chunk: Uint8Array): void {
      const position = reader.size
      for (const event of reader.push(chunk)) {
        if (event.kind === 'entry') comes = framed.has(event.claim.name) ? event.claim : null
        else if (comes !== null) {
          const start = position + event.bytes.byteOffset - chunk.byteOffset
          places.push({ name: comes.name, start, end: start + comes.size })
          comes = null
        }
      }
    },
    isAt: (position: number) => places.some(({ start, end }) => start === position || end === position),
    fileAt: (position: number) =>
      places.find(({ start, end }) => start <= position && position < end)?.name ?? null,
    /** The next boundary behind a place; infinity where none is known. */
    next(position: number): number {
      places = places.filter(({ end }) => end >= position)
      const behind = places.flatMap(({ start, end }) => [start, end]).filter((place) => place > position)
      return Math.min(...behind, Number.POSITIVE_INFINITY)
    },
  }
}
