// Not its parts: a runtime without zstd would not load this module.
import zlib, { type Gunzip, type ZstdDecompress } from 'node:zlib'
import { type ArchiveFormat, RbeeError } from '@rbee/schema'
import { decompressPortably, FRAMES_MAX } from '../zstd/portable-decoder.ts'

/**
 * Largest window a zstd frame may ask for, as a power of two: 8 MiB, which RFC 8878 (3.1.1.1.2) recommends every decoder
 * to support and no encoder to exceed. Bounds the memory of whoever unpacks, a Worker's 128 MB included.
 */
export const ZSTD_WINDOW_LOG_MAX = 23

/** Every piece costs a round trip to zlib's thread, so what a network delivers in small ones is put together, in bytes. */
const INPUT_PIECE_BYTES = 512 * 1024
/** Size of the chunks that come out, in bytes: few enough chunks to be quick, small enough to hold some in memory. */
const OUTPUT_CHUNK_BYTES = 1024 * 1024
/** How far a decoder runs ahead of its reader, in bytes. */
const READ_AHEAD_BYTES = 1024 * 1024

/**
 * Decompresses a whole `.tar.zst` or `.tar.gz`, holding a few chunks in memory. Several frames (members) one after the
 * other are one stream, as both formats define; every byte has to belong to one.
 *
 * Fails with `archive_invalid` on damaged, truncated or trailing bytes.
 *
 * @param onFrame told where each frame begins, in compressed bytes, when everything before it was read. Decoders in
 * JavaScript do not tell.
 */
export async function* decompress(
  source: AsyncIterable<Uint8Array>,
  format: ArchiveFormat,
  onFrame?: (offset: number) => void,
): AsyncGenerator<Uint8Array> {
  if (format === 'tar.zst' && !('createZstdDecompress' in zlib)) {
    const refuse = (why: string, cause?: unknown) => damaged(format, why, cause)
    return yield* decompressPortably(source, 2 ** ZSTD_WINDOW_LOG_MAX, refuse)
  }
  let decoder: Decoder | null = null
  let frames = 0
  /** Compressed bytes before the piece that is being read. */
  let offset = 0
  try {
    for await (const chunk of inLargePieces(source)) {
      let rest = chunk
      while (rest.length > 0) {
        if (decoder === null) {
          frames += 1
          if (frames > FRAMES_MAX) throw damaged(format, `it has more than ${FRAMES_MAX} frames`)
          decoder = createDecoder(format)
          onFrame?.(offset + chunk.length - rest.length)
        }
        const before: number = decoder.consumed()
        yield* decoder.feed(rest)
        rest = rest.subarray(decoder.consumed() - before)
        if (rest.length === 0) break
        // zlib's engines stop at the end of a frame and leave what follows in the chunk to a new one.
        decoder.close()
        decoder = null
      }
      offset += chunk.length
    }
    if (decoder === null) {
      if (frames === 0) throw damaged(format, 'it is empty')
      return
    }
    yield* decoder.finish()
  } finally {
    decoder?.close()
  }
}

/**
 * Puts small chunks together, and collects the next piece while the last one is being worked on. A piece is valid until
 * the next one is asked for.
 */
async function* inLargePieces(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const pieces = collectPieces(source)
  const collect = () => {
    const next = pieces.next()
    // Reported when it is its turn.
    next.catch(() => {})
    return next
  }
  let ahead = collect()
  try {
    for (let piece = await ahead; !piece.done; piece = await ahead) {
      ahead = collect()
      yield piece.value
    }
  } finally {
    await ahead.catch(() => {})
    await pieces.return(undefined)
  }
}

/** Pieces lie in two places by turns: one is filled while the other one is in use. */
async function* collectPieces(
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let [piece, other] = [new Uint8Array(INPUT_PIECE_BYTES), new Uint8Array(INPUT_PIECE_BYTES)]
  let size = 0
  for await (const chunk of source) {
    for (let rest = chunk; rest.length > 0; ) {
      const taken = rest.subarray(0, piece.length - size)
      piece.set(taken, size)
      size += taken.length
      rest = rest.subarray(taken.length)
      if (size < piece.length) continue
      yield piece
      ;[piece, other] = [other, piece]
      size = 0
    }
  }
  if (size > 0) yield piece.subarray(0, size)
}

interface Decoder {
  /** Yields what comes out of a chunk until all of it was taken or a frame ended within it. */
  feed(chunk: Uint8Array): AsyncGenerator<Uint8Array>
  /** Yields the rest; fails where the last frame is not complete. */
  finish(): AsyncGenerator<Uint8Array>
  /** Compressed bytes taken so far. */
  consumed(): number
  close(): void
}

function createDecoder(format: ArchiveFormat): Decoder {
  const engine = createEngine(format)
  let failure: Error | null = null
  // Where a frame ends within a chunk of whose output nobody took enough yet, Workers never call the chunk's callback.
  let ended = false
  let wake = () => {}
  engine.on('readable', () => wake())
  engine.on('end', () => {
    ended = true
    wake()
  })
  engine.on('error', (error) => {
    failure = error
    wake()
  })

  async function* read(start: (done: () => void) => void): AsyncGenerator<Uint8Array> {
    let finished = false
    start(() => {
      finished = true
      wake()
    })
    for (;;) {
      for (let chunk: Buffer | null = engine.read(); chunk !== null; chunk = engine.read()) {
        // Not as a Buffer, whose slice() is a view where everybody else's is a copy.
        yield new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength)
      }
      if (failure !== null) throw damaged(format, 'it is damaged or truncated', failure)
      if (finished || ended) return
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }

  return {
    feed: (chunk) => read((done) => engine.write(chunk, () => done())),
    finish: () =>
      read((done) => {
        engine.once('end', done)
        engine.end()
      }),
    consumed: () => engine.bytesWritten,
    close: () => engine.destroy(),
  }
}

function createEngine(format: ArchiveFormat): Gunzip | ZstdDecompress {
  const buffering = { chunkSize: OUTPUT_CHUNK_BYTES, highWaterMark: READ_AHEAD_BYTES }
  switch (format) {
    case 'tar.zst':
      return zlib.createZstdDecompress({
        ...buffering,
        params: { [zlib.constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG_MAX },
      })
    case 'tar.gz':
      return zlib.createGunzip(buffering)
  }
}

function damaged(format: ArchiveFormat, why: string, cause?: unknown): RbeeError {
  return new RbeeError('archive_invalid', `the archive is not a valid .${format}: ${why}`, {
    next: 'pack it again with rbee-publish',
    details: { rule: 'compression' },
    cause,
  })
}
