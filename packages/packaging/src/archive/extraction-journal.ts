import { Buffer } from 'node:buffer'
import { closeSync, openSync, writeSync } from 'node:fs'
import { type FileHandle, open, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { hasCode, type Sha256, sha256Schema } from '@rbee/schema'
import { z } from 'zod'
import type { StructuredFile } from './tar-structure.ts'

// While an archive is unpacked, a file beside the folder says at the beginning of each compressed frame how far it came:
// lines of JSON, each appended by one write. After an interruption, even a kill, the tar as far as it was unpacked can be
// made again from the lines and the files, so that only the rest has to be fetched, and its digest is still that of all.
// Nothing here is believed: what does not fit together is not gone on with, and the digest of the whole decides.

/** Where an interrupted extraction can go on. */
export interface ResumePoint {
  /** Compressed bytes that are not needed any more: the frame that comes next begins there. */
  readonly compressed: number
  /** Bytes of the tar that they hold. */
  readonly unpacked: number
  /** The files that are there, all or in part: only the last may be incomplete. */
  readonly files: readonly StructuredFile[]
  /** Bytes of the tar behind what is there of the last file. */
  readonly pending: Uint8Array
}

/** Says what happens while an archive is unpacked. */
export interface ExtractionJournal {
  /** Everything before a frame is in its files. */
  append(point: ResumePoint): void
  close(): void
}

/** A journal is read into memory. */
const JOURNAL_MAX_BYTES = 32 * 2 ** 20
const READ_BYTES = 1024 * 1024

/** Begins a journal, or goes on with the one that `from` was read from. Fails with the file system's error. */
export function openJournal(path: string, archive: Sha256, from: ResumePoint | null): ExtractionJournal {
  const file = openSync(path, from === null ? 'wx' : 'a', 0o600)
  let told = from?.files.length ?? 0
  const write = (lines: readonly object[]) => {
    const text = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
    for (let rest = text; rest.length > 0; ) rest = rest.subarray(writeSync(file, rest))
  }
  if (from === null) write([{ archive }])
  return {
    append({ compressed, unpacked, files, pending }) {
      const fresh = files
        .slice(told)
        .map(({ before, ...file }) => ({ file: { ...file, before: base64(before) } }))
      told = files.length
      write([...fresh, { frame: { compressed, unpacked, pending: base64(pending) } }])
    },
    close: () => closeSync(file),
  }
}

/** Where the extraction of an archive stopped. */
export interface InterruptedExtraction {
  readonly archive: Sha256
  readonly point: ResumePoint
}

/** The last point that a journal tells; null where none was reached, or nothing of it can be read. */
export async function readJournal(path: string): Promise<InterruptedExtraction | null> {
  const [first, ...lines] = await readLines(path)
  if (first === undefined || !('archive' in first)) return null
  const files: StructuredFile[] = []
  let point: ResumePoint | null = null
  for (const line of lines) {
    if ('file' in line) files.push(line.file)
    if ('frame' in line) point = { ...line.frame, files: files.slice() }
  }
  return point && { archive: first.archive, point }
}

/** The last point that the journal of this archive tells; null where there is none, or it is not one of this archive. */
export async function readResumePoint(path: string, archive: Sha256): Promise<ResumePoint | null> {
  const interrupted = await readJournal(path)
  return interrupted?.archive === archive ? interrupted.point : null
}

const bytesSchema = z.base64().transform((text): Uint8Array => new Uint8Array(Buffer.from(text, 'base64')))
const countSchema = z.int().nonnegative()
const lineSchema = z.union([
  z.strictObject({ archive: sha256Schema }),
  z.strictObject({
    file: z.strictObject({
      name: z.string(),
      size: countSchema,
      executable: z.boolean(),
      before: bytesSchema,
    }),
  }),
  z.strictObject({
    frame: z.strictObject({ compressed: countSchema, unpacked: countSchema, pending: bytesSchema }),
  }),
])

/** Its lines up to the first one that is none; empty where there is no journal. */
async function readLines(path: string): Promise<z.infer<typeof lineSchema>[]> {
  const lines: z.infer<typeof lineSchema>[] = []
  try {
    if ((await stat(path)).size > JOURNAL_MAX_BYTES) return []
    // What stands behind the last line break was being written.
    for (const text of (await readFile(path, 'utf8')).split('\n').slice(0, -1))
      lines.push(lineSchema.parse(JSON.parse(text)))
  } catch (error) {
    const unreadable = hasCode(error, 'ENOENT') || error instanceof SyntaxError || error instanceof z.ZodError
    if (!unreadable) throw error
  }
  return lines
}

/**
 * The bytes of the tar up to `point`, from the journal and the files below `folder`. Each chunk has a buffer of its own.
 * Fails with {@link CannotResume} where the files do not fit.
 */
export async function* unpackedBytes(
  { unpacked, files, pending }: ResumePoint,
  folder: string,
): AsyncGenerator<Uint8Array> {
  const sizes = files.reduce((sum, { before, size }) => sum + before.length + size, pending.length)
  const missing = sizes - unpacked
  const last = files.at(-1)
  if (missing < 0 || missing > (last?.size ?? 0)) throw new CannotResume('its journal does not add up')
  for (const file of files) {
    if (file.before.length > 0) yield new Uint8Array(file.before)
    const size = file === last ? file.size - missing : file.size
    if (size > 0) yield* readStart(join(folder, ...file.name.split('/')), size)
  }
  if (pending.length > 0) yield new Uint8Array(pending)
}

/** What is there of an interrupted extraction cannot be used; whoever meets it begins anew. */
export class CannotResume extends Error {
  override readonly name = 'CannotResume'
}

async function* readStart(path: string, size: number): AsyncGenerator<Uint8Array> {
  let file: FileHandle
  try {
    file = await open(path, 'r')
  } catch (cause) {
    throw new CannotResume(`${path} cannot be read`, { cause })
  }
  try {
    for (let position = 0; position < size; ) {
      const chunk = new Uint8Array(Math.min(READ_BYTES, size - position))
      const { bytesRead } = await file.read(chunk, 0, chunk.length, position)
      if (bytesRead < chunk.length) throw new CannotResume(`${path} is shorter than ${size} bytes`)
      position += bytesRead
      yield chunk
    }
  } finally {
    await file.close()
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}
