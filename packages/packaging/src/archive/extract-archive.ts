import { createHash } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import {
  ARCHIVE_MAX_UNPACKED_BYTES,
  type ArchiveFormat,
  type Digest,
  digestOf,
  hasCode,
  RbeeError,
  type Sha256,
  sha256Schema,
} from '@rbee/schema'
import { ARCHIVE_LIMITS, createArchiveRules } from './archive-rules.ts'
import { createStreamDigest } from './create-stream-digest.ts'
import { decompress } from './decompression.ts'
import { throwIfInterrupted, translateFileError } from './file-errors.ts'
import { createFolderWriter } from './folder-writer.ts'
import { createTarReader } from './tar-reader.ts'
import { createStructureCollector, type TarStructure } from './tar-structure.ts'

/** Chunks of up to 1 MiB that are written while the next ones are unpacked. */
const CHUNKS_IN_USE_MAX = 4

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
  readonly signal?: AbortSignal
  /** Told of every piece of compressed bytes as it is taken. */
  readonly onProgress?: (bytes: number) => void
}

export interface ExtractedArchive {
  /** Size of the uncompressed tar, in bytes. */
  readonly unpackedSize: number
  readonly entries: number
  /** File names of the programs directly inside `bin/`. */
  readonly programs: readonly string[]
  /** With it and the files the archive's digest can be computed again; null where it is too large to be kept. */
  readonly structure: TarStructure | null
}

/**
 * Checks and unpacks a compressed archive in one pass into `destination`, a folder that must not exist yet. A chunk of
 * `source` is used up when the next one is asked for. When it returns, the digests were right (with `again` only that of the
 * tar was computed) and everything is on the disk; on any failure `destination` is removed again.
 *
 * Fails with `digest_mismatch` or `size_mismatch` (other bytes than expected), `archive_invalid`, `archive_too_large`,
 * `disk_full`, `busy` (the destination exists) or `interrupted`; what the source throws is passed on.
 */
export async function extractArchive(
  source: AsyncIterable<Uint8Array>,
  format: ArchiveFormat,
  destination: string,
  options: ExtractOptions,
): Promise<ExtractedArchive> {
  await createDestination(destination)
  const checked = createCheckedSource(source, options, options.again === undefined)
  try {
    const extracted = await writeEntries(checked.bytes(), format, destination, options)
    checked.verify()
    return extracted
  } catch (error) {
    await rm(destination, { recursive: true, force: true })
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

async function verifyAgain(source: AsyncIterable<Uint8Array>, options: ExtractOptions): Promise<void> {
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
  { expected }: ExtractOptions,
): Promise<ExtractedArchive> {
  const limits = {
    ...ARCHIVE_LIMITS,
    maxUnpackedBytes: expected.unpackedSize ?? ARCHIVE_MAX_UNPACKED_BYTES,
  }
  const rules = createArchiveRules(limits)
  const reader = createTarReader(limits)
  const hash = createStreamDigest(expected.size)
  const writer = createFolderWriter(destination)
  const structure = createStructureCollector()
  /** Chunks whose bytes are being written, in their order. */
  const inUse: { readonly chunk: Uint8Array; readonly written: Promise<void> }[] = []
  const releaseOldest = async () => {
    const oldest = inUse.shift()
    if (oldest === undefined) return
    await oldest.written
    await hash.take(oldest.chunk)
  }
  try {
    for await (const chunk of decompress(compressed, format)) {
      for (const event of reader.push(chunk)) {
        if (event.kind === 'entry') {
          const entry = rules.accept(event.claim)
          structure.entry(entry)
          await writer.begin(entry)
        } else {
          structure.data(chunk, event.bytes)
          writer.write(event.bytes)
        }
      }
      structure.chunkRead(chunk)
      inUse.push({ chunk, written: writer.written() })
      if (inUse.length > CHUNKS_IN_USE_MAX) await releaseOldest()
    }
    reader.finish()
    const programs = rules.finish()
    while (inUse.length > 0) await releaseOldest()
    const digest = digestOf(await hash.finish())
    if (digest !== expected.digest) throw mismatch('unpacked archive', expected.digest, digest)
    await writer.finish()
    return { unpackedSize: reader.size, entries: rules.entries, programs, structure: structure.finish() }
  } finally {
    await writer.close()
    await hash.close()
  }
}

/** Passes compressed bytes on, counting and perhaps hashing them, and never more than were promised. */
function createCheckedSource(
  source: AsyncIterable<Uint8Array>,
  { expected, signal, onProgress }: ExtractOptions,
  hashed: boolean,
) {
  const iterator = source[Symbol.asyncIterator]()
  const hash = hashed ? createHash('sha256') : null
  let size = 0
  let ended = false

  const next = async (): Promise<Uint8Array | null> => {
    throwIfInterrupted(signal)
    const result = await iterator.next()
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
