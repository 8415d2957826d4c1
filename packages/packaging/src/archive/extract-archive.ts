import { mkdir, rm } from 'node:fs/promises'
import { type ArchiveFormat, type Digest, hasCode, RbeeError, type Sha256 } from '@rbee/schema'
import { createCheckedSource, mismatch } from './checked-source.ts'
import { decompress } from './decompression.ts'
import {
  type ExtractionJournal,
  openJournal,
  type ResumePoint,
  readResumePoint,
  unpackedBytes,
} from './extraction-journal.ts'
import { throwIfInterrupted, translateFileError } from './file-errors.ts'
import { createUnpacking, type UnpackedTar, type Unpacking } from './unpacking.ts'

export interface ExtractOptions {
  /** What verified metadata says of the archive. */
  readonly expected: {
    /** Of the compressed bytes. */
    readonly sha256: Sha256
    /** Of the compressed bytes. */
    readonly size: number
    /** Of the uncompressed tar. */
    readonly digest: Digest
    /** Size of the uncompressed tar, where it is known: bytes beyond it are not even unpacked. */
    readonly unpackedSize?: number
  }
  /**
   * Gives the compressed bytes once more. Where it is given, they are not hashed as they come, because the digest of the tar
   * decides; only when they cannot be unpacked, a second reading tells damage on the way from a bad archive.
   */
  readonly again?: () => AsyncIterable<Uint8Array>
  /**
   * Where it is kept how far the extraction came, a file beside the destination: when the source fails or the process is
   * killed, both stay, and another call can go on from there. Afterwards the file is removed.
   */
  readonly journal?: {
    readonly path: string
    /** What {@link readResumePoint} found there: the destination exists then, and the source begins with that frame. */
    readonly from: ResumePoint | null
  }
  readonly signal?: AbortSignal
  /** Told of every piece of compressed bytes as it is taken. */
  readonly onProgress?: (bytes: number) => void
}

export type ExtractedArchive = Omit<UnpackedTar, 'digest'>

/**
 * Checks and unpacks a compressed archive in one pass into `destination`, a folder that must not exist yet. A chunk of
 * `source` is used up when the next one is asked for. When it returns, the digests were right (with `again` only that of the
 * tar was computed) and everything is on the disk; on any failure `destination` is removed again.
 *
 * Fails with `digest_mismatch` or `size_mismatch` (other bytes than expected), `archive_invalid`, `archive_too_large`,
 * `disk_full`, `busy` (the destination exists) or `interrupted`, or with {@link CannotResume}; what the source throws is
 * passed on.
 */
export async function extractArchive(
  source: AsyncIterable<Uint8Array>,
  format: ArchiveFormat,
  destination: string,
  options: ExtractOptions,
): Promise<ExtractedArchive> {
  const { again, journal } = options
  const claim = { start: journal?.from?.compressed ?? 0, size: options.expected.size }
  const checked = createCheckedSource(source, claim, options, again === undefined)
  return extract(destination, options, {
    unpack: (onFrame) => decompress(checked.bytes(), format, onFrame),
    verify: checked.verify,
    failed: () => checked.failed,
    // Damage on the way looks like a bad archive; the digest of the whole tells the two apart.
    explain: () => (again === undefined ? checked.drainAndVerify() : verifyAgain(again(), options)),
    close: checked.close,
  })
}

/** A stretch of a `.tar.zst` archive: whole frames as they stand there, or what they hold, which is known otherwise. */
export interface ArchivePart {
  readonly kind: 'frames' | 'content'
  /** What it is of the archive, in compressed bytes. */
  readonly compressed: number
  /** Of `bytes`. */
  readonly size: number
  /** Chunks of content have memory of their own, which is used up. */
  readonly bytes: AsyncIterable<Uint8Array>
}

/**
 * The same for a `.tar.zst` archive that comes in parts, of which not all are compressed. They follow one another from where the
 * journal goes on. Only the digest of the tar is computed, and damage on the way is not told from a bad archive.
 */
export function extractParts(
  parts: readonly ArchivePart[],
  destination: string,
  options: Omit<ExtractOptions, 'again'>,
): Promise<ExtractedArchive> {
  let current: ReturnType<typeof createCheckedSource> | null = null
  return extract(destination, options, {
    async *unpack(onFrame) {
      let offset = 0
      for (const { kind, compressed, size, bytes } of parts) {
        const checked = createCheckedSource(bytes, { start: 0, size }, options, false)
        current = checked
        const start = offset
        if (kind === 'frames') yield* decompress(checked.bytes(), 'tar.zst', (at) => onFrame?.(start + at))
        else {
          onFrame?.(start)
          yield* checked.bytes()
        }
        checked.verify()
        await checked.close()
        offset += compressed
      }
    },
    verify() {},
    failed: () => current?.failed ?? false,
    async explain() {},
    async close() {
      await current?.close()
    },
  })
}

/** A tar that comes out of something. */
interface TarSource {
  /** @param onFrame told where each frame begins, in compressed bytes from where it goes on. */
  unpack(onFrame: ((offset: number) => void) | undefined): AsyncIterable<Uint8Array>
  /** Fails where it was not what was expected; called when all came. */
  verify(): void
  /** Whether it ended because nothing more could be had: what came before is sound. */
  failed(): boolean
  /** Fails with a better reason, where there is one, after what came was no valid archive. */
  explain(): Promise<void>
  close(): Promise<void>
}

async function extract(
  destination: string,
  options: ExtractOptions,
  source: TarSource,
): Promise<ExtractedArchive> {
  const { journal } = options
  if (journal == null || journal.from === null) await createDestination(destination)
  try {
    const extracted = await writeEntries(source, destination, options)
    source.verify()
    if (journal) await rm(journal.path, { force: true })
    return extracted
  } catch (error) {
    if (journal && source.failed() && (await readResumePoint(journal.path, options.expected.sha256)))
      throw error
    await rm(destination, { recursive: true, force: true })
    if (journal) await rm(journal.path, { force: true })
    if (error instanceof RbeeError && error.code === 'archive_invalid') await source.explain()
    throw translateFileError(error, destination)
  } finally {
    await source.close()
  }
}

/**
 * Checks and unpacks an uncompressed tar, such as one that is made out of another, like {@link extractArchive} does. Chunks are
 * used up.
 *
 * Fails with `digest_mismatch`, `archive_invalid`, `archive_too_large`, `disk_full`, `busy` or `interrupted`; what the source
 * throws is passed on.
 */
export async function extractTar(
  source: AsyncIterable<Uint8Array>,
  destination: string,
  {
    expected,
    signal,
  }: {
    readonly expected: { readonly digest: Digest; readonly unpackedSize: number }
    readonly signal?: AbortSignal
  },
): Promise<ExtractedArchive> {
  await createDestination(destination)
  const unpacking = createUnpacking(destination, { ...expected, size: expected.unpackedSize }, false)
  try {
    for await (const chunk of source) {
      throwIfInterrupted(signal)
      await unpacking.take(chunk)
    }
    const { digest, ...extracted } = await unpacking.finish()
    if (digest !== expected.digest) throw mismatch('unpacked archive', expected.digest, digest)
    await unpacking.flush()
    return extracted
  } catch (error) {
    await unpacking.close()
    await rm(destination, { recursive: true, force: true })
    throw translateFileError(error, destination)
  } finally {
    await unpacking.close()
  }
}

async function verifyAgain(source: AsyncIterable<Uint8Array>, options: ExtractOptions): Promise<void> {
  const checked = createCheckedSource(source, { start: 0, size: options.expected.size }, options, true)
  try {
    await checked.drainAndVerify()
  } finally {
    await checked.close()
  }
}

async function createDestination(destination: string): Promise<void> {
  try {
    await mkdir(destination, { mode: 0o755 })
  } catch (error) {
    if (hasCode(error, 'EEXIST')) {
      throw new RbeeError('busy', `${destination} exists already`, {
        next: 'extract into a new folder',
        cause: error,
      })
    }
    throw translateFileError(error, destination)
  }
}

async function writeEntries(
  source: TarSource,
  destination: string,
  { expected, journal }: ExtractOptions,
): Promise<ExtractedArchive> {
  const from = journal?.from ?? null
  const unpacking = createUnpacking(destination, expected, from !== null)
  const record = journal ? recordFrames(journal, expected.sha256, unpacking) : null
  try {
    if (from !== null) for await (const chunk of unpackedBytes(from, destination)) await unpacking.keep(chunk)
    for await (const chunk of source.unpack(record?.frameBegins)) await unpacking.take(chunk)
    await record?.written()
    const { digest, ...extracted } = await unpacking.finish()
    if (digest !== expected.digest) throw mismatch('unpacked archive', expected.digest, digest)
    await unpacking.flush()
    return extracted
  } finally {
    await record?.close()
    await unpacking.close()
  }
}

/** Appends to the journal at the beginning of each frame but the first, once everything before it is in its files. */
function recordFrames(
  { path, from }: NonNullable<ExtractOptions['journal']>,
  archive: Sha256,
  unpacking: Unpacking,
) {
  let journal: ExtractionJournal | null = null
  const start = from?.compressed ?? 0
  let written: Promise<void> = Promise.resolve()
  return {
    frameBegins(offset: number) {
      const progress = unpacking.progress()
      if (offset === 0 || progress === null) return
      const before = Promise.all([written, unpacking.written()])
      written = before.then(() => {
        journal ??= openJournal(path, archive, from)
        journal.append({ compressed: start + offset, ...progress })
      })
      // Whoever waits for it is told.
      written.catch(() => {})
    },
    written: () => written,
    async close() {
      await written.catch(() => {})
      journal?.close()
    },
  }
}
