import { byteQueue } from './byte-queue.ts'

/** A frame's header, or one of its blocks, as its bytes stand in the stream. */
export interface FramePiece {
  readonly bytes: Uint8Array
  /** Whether it is the header, which begins a frame. */
  readonly begins: boolean
  /** Whether the frame ends with it. */
  readonly ends: boolean
}

/** Makes the failure for a stream that breaks the format. */
export type Refusal = (why: string, cause?: unknown) => Error

/** RFC 8878, 3.1.1 and 3.1.2. */
const FRAME_MAGIC = 0xfd2fb528
const SKIPPABLE_MAGIC = 0x184d2a50
/** RFC 8878, 3.1.1.2.4: no block is larger, in bytes. */
const BLOCK_MAX_BYTES = 128 * 1024
/** Frames that decoders skip carry nothing that an archive needs; nobody is made to read gigabytes of them. */
const SKIPPED_MAX_BYTES = 64 * 1024

/**
 * Cuts a zstd stream into the blocks it is made of, so that a decoder in JavaScript never has more than one of them at
 * hand, whatever it unpacks to.
 *
 * Fails with what `refuse` makes on anything that is no frame, on a window above `windowMaxBytes`, and on a stream that
 * ends within a frame.
 */
export async function* frameBlocks(
  source: AsyncIterable<Uint8Array>,
  windowMaxBytes: number,
  refuse: Refusal,
): AsyncGenerator<FramePiece> {
  const queue = byteQueue(source)
  const take = async (length: number) => {
    const bytes = await queue.take(length)
    if (bytes.length < length) throw refuse('it ends within a frame')
    return bytes
  }
  try {
    for (;;) {
      const magic = await queue.take(4)
      if (magic.length === 0) return
      const number = readLittleEndian(magic)
      if ((number & 0xfffffff0) >>> 0 === SKIPPABLE_MAGIC) {
        const length = readLittleEndian(await take(4))
        if (length > SKIPPED_MAX_BYTES) throw refuse('a frame to be skipped is too large')
        await take(length)
        continue
      }
      if (number !== FRAME_MAGIC) throw refuse('what follows is no zstd frame')
      const [descriptor = 0] = await take(1)
      const fields = await take(headerFieldsLength(descriptor))
      if (windowSize(descriptor, fields) > windowMaxBytes) throw refuse('its window is too large')
      yield {
        bytes: Buffer.concat([magic, Uint8Array.of(descriptor), fields]),
        begins: true,
        ends: false,
      }
      yield* blocks(take, descriptor, refuse)
    }
  } finally {
    await queue.close()
  }
}

async function* blocks(
  take: (length: number) => Promise<Uint8Array>,
  descriptor: number,
  refuse: Refusal,
): AsyncGenerator<FramePiece> {
  for (;;) {
    const header = await take(3)
    const number = readLittleEndian(header)
    const isLast = (number & 1) === 1
    const type = (number >> 1) & 3
    const size = number >> 3
    if (type === 3 || size > BLOCK_MAX_BYTES) throw refuse('a block is not valid')
    // A repeated byte stands once.
    const content = await take(type === 1 ? 1 : size)
    const checksum = isLast && (descriptor & 4) !== 0 ? await take(4) : new Uint8Array(0)
    yield { bytes: Buffer.concat([header, content, checksum]), begins: false, ends: isLast }
    if (isLast) return
  }
}

/** Lengths of what follows the descriptor: window, dictionary and content size (RFC 8878, 3.1.1.1). */
function headerFieldsLength(descriptor: number): number {
  return windowLength(descriptor) + dictionaryLength(descriptor) + contentSizeLength(descriptor)
}

function isSingleSegment(descriptor: number): boolean {
  return (descriptor & 0x20) !== 0
}

function windowLength(descriptor: number): number {
  return isSingleSegment(descriptor) ? 0 : 1
}

function dictionaryLength(descriptor: number): number {
  return [0, 1, 2, 4][descriptor & 3] ?? 0
}

function contentSizeLength(descriptor: number): number {
  const flag = descriptor >> 6
  return flag === 0 ? (isSingleSegment(descriptor) ? 1 : 0) : 1 << flag
}

/** In bytes. A single segment needs a window as large as its content. */
function windowSize(descriptor: number, fields: Uint8Array): number {
  if (!isSingleSegment(descriptor)) {
    const [byte = 0] = fields
    const base = 2 ** (10 + (byte >> 3))
    return base + (base / 8) * (byte & 7)
  }
  const content = fields.subarray(dictionaryLength(descriptor))
  return readLittleEndian(content) + (content.length === 2 ? 256 : 0)
}

function readLittleEndian(bytes: Uint8Array): number {
  return bytes.reduceRight((number, byte) => number * 256 + byte, 0)
}
