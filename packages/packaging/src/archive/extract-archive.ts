import { createHash } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import {
  type ArchiveFormat,
  type Digest,
  digestOf,
  hasCode,
  RbeeError,
  type Sha256,
  sha256Schema,
} from '@rbee/schema'
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
  const { journal } = options
  if (journal == null || journal.from === null) await createDestination(destination)
  const checked = createCheckedSource(source, options, options.again === undefined)
  try {
    const extracted = await writeEntries(checked.bytes(), format, destination, options)
    checked.verify()
    if (journal) await rm(journal.path, { force: true })
    return extracted
  } catch (error) {
    if (journal && checked.failed && (await readResumePoint(journal.path, options.expected.sha256)))
      throw error
    await rm(destination, { recursive: true, force: true })
    if (journal) await rm(journal.path, { force: true })
    // Damage on the way looks like a bad archive; the digest of the whole tells the two apart.
    if (error instanceof RbeeError && error.code === 'archive_invalid') {
      if (options.again === undefined) await checked.drainAndVerify()
      else await verifyAgain(options.again(), options)
    }
    throw translateFileError(error, destination)
  } finally {
    await checked.close()
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

async function verifyAgain(
  source: AsyncIterable<Uint8Array>,
  { journal: _, ...options }: ExtractOptions,
): Promise<void> {
  const checked = createCheckedSource(source, options, true)
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
  compressed: AsyncIterable<Uint8Array>,
  format: ArchiveFormat,
  destination: string,
  { expected, journal }: ExtractOptions,
): Promise<ExtractedArchive> {
  const from = journal?.from ?? null
  const unpacking = createUnpacking(destination, expected, from !== null)
  const record = journal ? recordFrames(journal, expected.sha256, unpacking) : null
  try {
    if (from !== null) for await (const chunk of unpackedBytes(from, destination)) await unpacking.keep(chunk)
    for await (const chunk of decompress(compressed, format, record?.frameBegins)) await unpacking.take(chunk)
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

/** Passes compressed bytes on, counting and perhaps hashing them, and never more than were promised. */
function createCheckedSource(
  source: AsyncIterable<Uint8Array>,
  { expected, journal, signal, onProgress }: ExtractOptions,
  hashed: boolean,
) {
  const iterator = source[Symbol.asyncIterator]()
  const hash = hashed ? createHash('sha256') : null
  let size = journal?.from?.compressed ?? 0
  let ended = false
  let failed = false

  const take = async () => {
    try {
      throwIfInterrupted(signal)
      return await iterator.next()
    } catch (error) {
      failed = true
      throw error
    }
  }
  const next = async (): Promise<Uint8Array | null> => {
    const result = await take()
    if (result.done) {
      ended = true
      return null
    }
    size += result.value.length
    if (size > expected.size) {
      throw new RbeeError(
        'size_mismatch',
        `the archive is longer than the ${expected.size} bytes it should have`,
      )
    }
    hash?.update(result.value)
    onProgress?.(result.value.length)
    return result.value
  }
  const verify = () => {
    if (size !== expected.size) {
      throw new RbeeError('size_mismatch', `the archive has ${size} bytes instead of ${expected.size}`)
    }
    if (hash === null) return
    const actual = digestOf(sha256Schema.parse(hash.digest('hex')))
    if (actual !== digestOf(expected.sha256)) throw mismatch('archive', digestOf(expected.sha256), actual)
  }
  return {
    async *bytes() {
      for (let chunk = await next(); chunk !== null; chunk = await next()) yield chunk
    },
    verify,
    /** Whether the source failed, or was interrupted: what came before is sound. */
    get failed() {
      return failed
    },
    async drainAndVerify() {
      while (!ended) if ((await next()) === null) break
      verify()
    },
    async close() {
      if (!ended) await iterator.return?.()
    },
  }
}

function mismatch(what: string, expected: Digest, actual: Digest): RbeeError {
  return new RbeeError('digest_mismatch', `the ${what} has the digest ${actual} instead of ${expected}`, {
    next: 'try again; when it happens again, the mirror or the network changes the bytes',
    details: { expected, actual },
  })
}
