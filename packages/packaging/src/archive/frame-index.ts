import { Buffer } from 'node:buffer'
import { ARCHIVE_MAX_BYTES, ARCHIVE_MAX_UNPACKED_BYTES, sha256Schema, tryParseJson } from '@rbee/schema'
import { z } from 'zod'

// The last frame of a .tar.zst archive with large files is one that decoders skip (RFC 8878, 3.1.2). It says which frames are
// which file, so that whoever has the file need not fetch them: MAGIC, the length of what follows, JSON, the length of the JSON, and
// MARK, all numbers 4 bytes, lowest first. It can be found from the end of the archive. Nobody vouches for it: the digest
// of the tar tells whether it was right.

/** Files from this size on are worth the request that it takes to go on behind them, in bytes. */
export const INDEXED_FILE_BYTES = 2 ** 20
/** The index and its frame lie within so many bytes before the end; decoders of ours skip no more. */
export const FRAME_INDEX_MAX_BYTES = 64 * 1024
export const INDEXED_FILES_MAX = 256
const FRAMES_MAX = 1024

/** One of the sixteen numbers of frames to be skipped. */
const MAGIC = 0x184d2a57
const HEAD_BYTES = 8
const MARK = Buffer.from('rbeefrm1', 'latin1')
const FOOT_BYTES = 4 + MARK.length

const countSchema = z.int().nonnegative()
const sizeSchema = z.int().positive().max(ARCHIVE_MAX_UNPACKED_BYTES)
const indexedFileSchema = z
  .strictObject({
    /** Of the file's bytes. */
    sha256: sha256Schema,
    /** In bytes. */
    size: sizeSchema.min(INDEXED_FILE_BYTES),
    /** Where its first frame begins in the archive, in compressed bytes. */
    at: countSchema.max(ARCHIVE_MAX_BYTES),
    /** Of each of its frames, one behind the other: compressed bytes, and bytes of the file. */
    frames: z.array(z.tuple([z.int().positive().max(ARCHIVE_MAX_BYTES), sizeSchema])).max(FRAMES_MAX),
  })
  .refine(({ frames, size }) => sum(frames.map(([, bytes]) => bytes)) === size)
export type IndexedFile = z.infer<typeof indexedFileSchema>

const indexSchema = z
  .strictObject({ files: z.array(indexedFileSchema).min(1).max(INDEXED_FILES_MAX) })
  .refine(({ files }) => files.every((file, place) => file.at >= endOf(files[place - 1])))

/** The index as a frame to be put behind an archive's others; null where there is nothing to say, or too much. */
export function encodeFrameIndex(files: IndexedFile[]): Uint8Array | null {
  if (files.length === 0) return null
  const json = Buffer.from(JSON.stringify({ files } satisfies z.infer<typeof indexSchema>))
  if (HEAD_BYTES + json.length + FOOT_BYTES > FRAME_INDEX_MAX_BYTES) return null
  return Buffer.concat([numbers(MAGIC, json.length + FOOT_BYTES), json, numbers(json.length), MARK])
}

/**
 * The files that an archive has in frames of their own, in its order; null where it has no index, or one that is not valid.
 *
 * @param tail the last {@link FRAME_INDEX_MAX_BYTES} of the archive, or all of a smaller one
 * @param archiveSize in bytes
 */
export function parseFrameIndex(tail: Uint8Array, archiveSize: number): readonly IndexedFile[] | null {
  const bytes = Buffer.from(tail.buffer, tail.byteOffset, tail.byteLength)
  const foot = bytes.length - FOOT_BYTES
  if (foot < HEAD_BYTES || !bytes.subarray(foot + 4).equals(MARK)) return null
  const length = bytes.readUInt32LE(foot)
  const start = foot - length - HEAD_BYTES
  if (start < 0) return null
  if (!bytes.subarray(start, start + HEAD_BYTES).equals(numbers(MAGIC, length + FOOT_BYTES))) return null
  const json = tryParseJson(bytes.toString('utf8', start + HEAD_BYTES, foot))
  const files = indexSchema.safeParse(json).data?.files
  if (files === undefined) return null
  return endOf(files.at(-1)) <= archiveSize - (bytes.length - start) ? files : null
}

/** In compressed bytes. */
function endOf(file: IndexedFile | undefined): number {
  return file === undefined ? 0 : file.at + sum(file.frames.map(([compressed]) => compressed))
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function numbers(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length)
  for (const [place, value] of values.entries()) bytes.writeUInt32LE(value, 4 * place)
  return bytes
}
