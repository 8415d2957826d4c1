import { promisify } from 'node:util'
// Not its parts: a runtime without zstd would not load this module.
import zlib from 'node:zlib'
import { decompress } from '@rbee/packaging'
import { WINDOW_LOG } from '../limits.ts'
import { unusable } from '../patch-error.ts'

/** The smallest piece that zlib hands out, in bytes. */
const CHUNK_MIN_BYTES = 64
/** Smaller blocks may lie in memory that others use, too, in bytes. */
const OWN_MEMORY_BYTES = 64 * 1024

/** Lengths before and after compression, and the compressed bytes; an empty block has only the lengths. */
export async function encodeBlock(raw: Uint8Array, level: number): Promise<Buffer> {
  const lengths = Buffer.alloc(8)
  lengths.writeUInt32LE(raw.length)
  if (raw.length === 0) return lengths
  const compressed = await promisify(zlib.zstdCompress)(raw, {
    pledgedSrcSize: raw.length,
    params: {
      [zlib.constants.ZSTD_c_compressionLevel]: level,
      [zlib.constants.ZSTD_c_windowLog]: WINDOW_LOG,
    },
  })
  lengths.writeUInt32LE(compressed.length, 4)
  return Buffer.concat([lengths, compressed])
}

/** Reads a block of at most `maxBytes`, before more memory than that is taken. Fails with `patch_invalid`. */
export async function readBlock(
  take: (length: number) => Promise<Uint8Array>,
  maxBytes: number,
): Promise<Uint8Array> {
  const lengths = Buffer.from(await take(8))
  const size = lengths.readUInt32LE()
  const compressedSize = lengths.readUInt32LE(4)
  // What cannot be compressed takes a few bytes more.
  if (size > maxBytes || compressedSize > maxBytes + 2 ** 16) throw unusable('a block is too large')
  if ((size === 0) !== (compressedSize === 0)) throw unusable('a block is not as long as it says')
  if (size === 0) return new Uint8Array(0)
  return decompressed(await take(compressedSize), size)
}

async function decompressed(compressed: Uint8Array, size: number): Promise<Uint8Array> {
  try {
    const raw = await (canCompress() ? atOnce(compressed, size) : portably(compressed, size))
    if (raw.length === size) return raw
  } catch (cause) {
    throw unusable('a block is damaged', cause)
  }
  throw unusable('a block is not as long as it says')
}

function atOnce(compressed: Uint8Array, size: number): Promise<Uint8Array> {
  return promisify(zlib.zstdDecompress)(compressed, {
    maxOutputLength: size,
    // Into one piece of memory; small pieces would be copied together. At the end of one that is full another would be taken.
    chunkSize: Math.max(CHUNK_MIN_BYTES, size + 1),
    params: { [zlib.constants.ZSTD_d_windowLogMax]: WINDOW_LOG },
  })
}

/** Gives the memory of a block back, sooner than the garbage collector would. It is empty afterwards. */
export function freeBlock({ buffer, byteLength }: Uint8Array): void {
  // Node 20 cannot detach a buffer.
  if (byteLength >= OWN_MEMORY_BYTES && 'transfer' in buffer) buffer.transfer(0)
}

/** For versions of Node without zstd. */
async function portably(compressed: Uint8Array, size: number): Promise<Uint8Array> {
  const raw = new Uint8Array(size)
  let length = 0
  for await (const chunk of decompress(only(compressed), 'tar.zst')) {
    raw.set(chunk, length)
    length += chunk.length
  }
  return raw.subarray(0, length)
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

/** Whether this runtime can make patches; every one that programs run on can apply them. */
export function canCompress(): boolean {
  return 'zstdCompress' in zlib
}
