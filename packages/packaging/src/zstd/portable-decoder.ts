import { frameBlocks, type Refusal } from './frames.ts'

/** As many as a stream may have; parallel packers make hundreds. */
export const FRAMES_MAX = 4_096
/**
 * Every block moves the decoder's whole window, so blocks that unpack to hardly anything would be an attack: beyond the
 * first ones they have to yield this many bytes each, on average. Packers fill blocks of 128 KiB.
 */
const BLOCK_YIELD_BYTES = 1_024
const FREE_BLOCKS = 4 * FRAMES_MAX

/**
 * Decompresses zstd frames in JavaScript, for runtimes whose zlib lacks zstd (Node before 22.15): one fifth as quick. The
 * checksum of a frame is not looked at: whoever unpacks compares the digest of everything.
 *
 * Fails with what `refuse` makes on damaged, truncated or trailing bytes.
 */
export async function* decompressPortably(
  source: AsyncIterable<Uint8Array>,
  windowMaxBytes: number,
  refuse: Refusal,
): AsyncGenerator<Uint8Array> {
  const { Decompress } = await import('fzstd')
  let decoded: Uint8Array[] = []
  const collect = (bytes: Uint8Array) => {
    if (bytes.length > 0) decoded.push(bytes)
  }
  let decoder = new Decompress(collect)
  let frames = 0
  let blocks = 0
  let size = 0
  for await (const { bytes, begins, ends } of frameBlocks(source, windowMaxBytes, refuse)) {
    if (begins) {
      frames += 1
      if (frames > FRAMES_MAX) throw refuse(`it has more than ${FRAMES_MAX} frames`)
      decoder = new Decompress(collect)
    } else {
      blocks += 1
    }
    try {
      decoder.push(bytes, ends)
    } catch (cause) {
      throw refuse('it is damaged', cause)
    }
    for (const piece of decoded) size += piece.length
    yield* decoded
    decoded = []
    if (blocks > FREE_BLOCKS + size / BLOCK_YIELD_BYTES) throw refuse('its blocks are too small')
  }
  if (frames === 0) throw refuse('it is empty')
}
