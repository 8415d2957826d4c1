import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { appendFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
// Not its parts: a runtime without zstd would not load this module.
import zlib from 'node:zlib'
import {
  ARCHIVE_FORMATS,
  ARCHIVE_MAX_BYTES,
  type Archive,
  type ArchiveFormat,
  type Digest,
  digestOf,
  RbeeError,
  sha256Schema,
} from '@rbee/schema'
import { frameSizes } from '../zstd/frame-sizes.ts'
import { portableZstdCompress } from '../zstd/portable-encoder.ts'
import { ZSTD_WINDOW_LOG_MAX } from './decompression.ts'
import { throwIfInterrupted, translateFileError } from './file-errors.ts'
import { cutIntoFrames } from './frame-cuts.ts'
import { framedFiles } from './framed-files.ts'
import { createFrameIndexer, type FrameIndexer } from './index-frames.ts'
import { packTar } from './pack-tar.ts'
import type { PackEntry } from './source-folder.ts'

export const COMPRESSION_LEVELS = ['fast', 'default', 'best'] as const
export type CompressionLevel = (typeof COMPRESSION_LEVELS)[number]

/** Chosen by measurement: docs/decisions/archive-format.md. */
const LEVELS: Readonly<Record<CompressionLevel, Readonly<Record<ArchiveFormat, number>>>> = {
  fast: { 'tar.zst': 3, 'tar.gz': 1 },
  default: { 'tar.zst': 9, 'tar.gz': 6 },
  best: { 'tar.zst': 19, 'tar.gz': 6 },
}

/** Uncompressed bytes that wait for a compressor, so that the quicker one need not wait for the slower one. */
const WAITING_BYTES = 16 * 1024 * 1024
const OUTPUT_CHUNK_BYTES = 256 * 1024

export interface CompressOptions {
  readonly level: CompressionLevel
  /** By default all. */
  readonly formats?: readonly ArchiveFormat[]
  readonly signal?: AbortSignal
  /** Told of every piece of the uncompressed tar. */
  readonly onProgress?: (bytes: number) => void
}

/** A compressed archive in a file. */
export interface CompressedArchive extends Archive {
  readonly path: string
}

export interface CompressedArtifact {
  /** Of the uncompressed tar. */
  readonly digest: Digest
  readonly unpackedSize: number
  /** One for every format that was asked for. */
  readonly archives: readonly CompressedArchive[]
}

/**
 * Packs entries and compresses them into `FOLDER/archive.tar.zst` and `FOLDER/archive.tar.gz`. Files are read once, those of 1 to
 * 16 MiB perhaps twice. The same entries and level give the same bytes. After a failure neither file is left.
 *
 * Fails with `busy` (a file changed meanwhile), `archive_too_large`, `disk_full` or `interrupted`.
 */
export async function compressArchive(
  entries: readonly PackEntry[],
  folder: string,
  options: CompressOptions,
): Promise<CompressedArtifact> {
  const hash = createHash('sha256')
  let unpackedSize = 0
  const formats = options.formats ?? ARCHIVE_FORMATS
  const lanes = await Promise.all(formats.map((format) => openLane(format, options.level, folder)))
  try {
    const indexer = createFrameIndexer()
    for await (const part of cutIntoFrames(packTar(entries), await framedFiles(entries))) {
      throwIfInterrupted(options.signal)
      const { bytes, begins } = part
      indexer.take(part)
      await Promise.all(lanes.map((lane) => lane.write(bytes, begins)))
      hash.update(bytes)
      unpackedSize += bytes.length
      options.onProgress?.(bytes.length)
    }
    const archives = await Promise.all(lanes.map((lane) => lane.finish(indexer.finish)))
    return { digest: digestOf(sha256Schema.parse(hash.digest('hex'))), unpackedSize, archives }
  } catch (error) {
    await Promise.all(lanes.map((lane) => lane.abandon()))
    throw translateFileError(error, folder)
  }
}

/** One compressor with its file. */
interface Lane {
  /** @param begins whether a frame begins with these bytes. */
  write(bytes: Uint8Array, begins: boolean): Promise<void>
  /** @param index makes what stands behind the frames, of their sizes. */
  finish(index: FrameIndexer['finish']): Promise<CompressedArchive>
  /** Ends the compressor and removes the file. */
  abandon(): Promise<void>
}

async function openLane(format: ArchiveFormat, level: CompressionLevel, folder: string): Promise<Lane> {
  const path = join(folder, `archive.${format}`)
  const engine = await createEngine(format, LEVELS[level][format])
  const hash = createHash('sha256')
  let size = 0
  /** The bytes that were handed over last are compressed. */
  let compressed: Promise<void> = Promise.resolve()
  const written = pipeline(
    engine,
    async function* measure(chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        hash.update(chunk)
        size += chunk.length
        if (size > ARCHIVE_MAX_BYTES) throw tooLarge(format)
        yield chunk
      }
    },
    createWriteStream(path, { flags: 'wx' }),
  )
  // The failure is met by the next write, or by finish.
  written.catch(() => {})
  const append = async (bytes: Uint8Array | null) => {
    if (bytes === null) return
    hash.update(bytes)
    size += bytes.length
    await appendFile(path, bytes)
  }
  return {
    async write(bytes, begins) {
      if (engine.destroyed) return written
      if (begins) endFrame(engine)
      let flows = true
      compressed = new Promise((resolve) => {
        flows = engine.write(bytes, () => resolve())
      })
      if (!flows) await Promise.race([once(engine, 'drain'), written])
    },
    async finish(index) {
      // Ended sooner, zlib ends the frame with the last bytes, and then an empty one behind it.
      await Promise.race([compressed, written])
      engine.end()
      await written
      if (format === 'tar.zst') await append(index(await sizesOfFrames(path)))
      return { format, sha256: sha256Schema.parse(hash.digest('hex')), size, path }
    },
    async abandon() {
      engine.destroy()
      await written.catch(() => {})
      await rm(path, { force: true })
    },
  }
}

/** A stream that compresses as {@link compressArchive} does, for what holds more than an archive may, such as links. */
export function compressor(format: ArchiveFormat, level: CompressionLevel): Promise<Transform> {
  return createEngine(format, LEVELS[level][format])
}

async function createEngine(format: ArchiveFormat, level: number): Promise<Transform> {
  const buffering = { chunkSize: OUTPUT_CHUNK_BYTES, highWaterMark: WAITING_BYTES }
  switch (format) {
    case 'tar.zst':
      if (!('createZstdCompress' in zlib)) return portableZstdCompress(level)
      // One thread: Node's stream does not survive zstd's own ones (it goes on writing after its end).
      // Without zstd's checksum: the digests of the archive and of the tar say more, and each costs its time.
      return zlib.createZstdCompress({
        ...buffering,
        params: {
          [zlib.constants.ZSTD_c_compressionLevel]: level,
          [zlib.constants.ZSTD_c_windowLog]: ZSTD_WINDOW_LOG_MAX,
        },
      })
    case 'tar.gz':
      return zlib.createGzip({ ...buffering, level })
  }
}

function sizesOfFrames(path: string): Promise<number[]> {
  const source = createReadStream(path, { highWaterMark: OUTPUT_CHUNK_BYTES })
  return frameSizes(source, (why) => new Error(`${path} is not what was written: ${why}`))
}

/** Behind what was written; a runtime that is given zstd in JavaScript makes one frame of everything. */
function endFrame(engine: Transform): void {
  if (zlib.ZstdCompress !== undefined && engine instanceof zlib.ZstdCompress) {
    engine.flush(zlib.constants.ZSTD_e_end)
  }
}

function tooLarge(format: ArchiveFormat): RbeeError {
  return new RbeeError(
    'archive_too_large',
    `the .${format} archive is larger than the ${ARCHIVE_MAX_BYTES} bytes that can be stored`,
    { next: 'leave out what the worker can fetch when it runs, such as models' },
  )
}
