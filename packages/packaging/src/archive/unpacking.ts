import { ARCHIVE_MAX_UNPACKED_BYTES, type Digest, digestOf } from '@rbee/schema'
import { ARCHIVE_LIMITS, createArchiveRules } from './archive-rules.ts'
import { createStreamDigest } from './create-stream-digest.ts'
import { createFolderWriter } from './folder-writer.ts'
import { createTarReader } from './tar-reader.ts'
import { createStructureCollector, type StructureProgress, type TarStructure } from './tar-structure.ts'

/** Chunks of up to 1 MiB that are written while the next ones are unpacked. */
const CHUNKS_IN_USE_MAX = 4

/** A tar on its way into a folder. */
export interface Unpacking {
  /** Takes bytes over that an interrupted extraction has written already; all of them come before the others. */
  keep(chunk: Uint8Array): Promise<void>
  /** Takes bytes over and writes those of files. Fails with what the rules for archives refuse. */
  take(chunk: Uint8Array): Promise<void>
  /** How much was taken; null where that can't be kept, because there are too many files. */
  progress(): (StructureProgress & { readonly unpacked: number }) | null
  /** Returns when all that was taken is in its files. */
  written(): Promise<void>
  /** Returns when all was written and hashed; fails where the archive is not complete. */
  finish(): Promise<UnpackedTar>
  /** Returns when everything is on the disk. */
  flush(): Promise<void>
  /** Ends what is still going on; after a failure, too. */
  close(): Promise<void>
}

export interface UnpackedTar {
  readonly digest: Digest
  /** Of the tar, in bytes. */
  readonly unpackedSize: number
  readonly entries: number
  /** File names of the programs directly inside `bin/`. */
  readonly programs: readonly string[]
  /** With it and the files the archive's digest can be computed again; null where it is too large to be kept. */
  readonly structure: TarStructure | null
}

/**
 * @param destination an existing folder that nobody else writes to
 * @param expected compressed size, and size of the tar where it is known, in bytes
 */
export function createUnpacking(
  destination: string,
  expected: { readonly size: number; readonly unpackedSize?: number },
  resumed: boolean,
): Unpacking {
  const maxUnpackedBytes = expected.unpackedSize ?? ARCHIVE_MAX_UNPACKED_BYTES
  const rules = createArchiveRules({ ...ARCHIVE_LIMITS, maxUnpackedBytes })
  const reader = createTarReader({ maxUnpackedBytes })
  const hash = createStreamDigest(expected.size)
  const writer = createFolderWriter(destination, resumed)
  const structure = createStructureCollector()
  /** Chunks whose bytes are being written, in their order. */
  const inUse: { readonly chunk: Uint8Array; readonly written: Promise<void> }[] = []

  const hashOldest = async () => {
    const oldest = inUse.shift()
    if (oldest === undefined) return
    await oldest.written
    await hash.take(oldest.chunk)
  }
  const read = async (
    chunk: Uint8Array,
    begin: typeof writer.begin,
    data: (bytes: Uint8Array) => void,
  ): Promise<void> => {
    for (const event of reader.push(chunk)) {
      if (event.kind === 'entry') {
        const entry = rules.accept(event.claim)
        structure.entry(entry)
        await begin(entry)
      } else {
        structure.data(chunk, event.bytes)
        data(event.bytes)
      }
    }
    structure.chunkRead(chunk)
  }

  return {
    async keep(chunk) {
      await read(chunk, writer.keep, (bytes) => writer.kept(bytes.length))
      await hash.take(chunk)
    },
    async take(chunk) {
      await read(chunk, writer.begin, writer.write)
      inUse.push({ chunk, written: writer.written() })
      if (inUse.length > CHUNKS_IN_USE_MAX) await hashOldest()
    },
    progress() {
      const progress = structure.progress()
      return progress && { ...progress, unpacked: reader.size }
    },
    written: writer.written,
    async finish() {
      reader.finish()
      const programs = rules.finish()
      while (inUse.length > 0) await hashOldest()
      const digest = digestOf(await hash.finish())
      const { entries } = rules
      return { digest, unpackedSize: reader.size, entries, programs, structure: structure.finish() }
    },
    flush: writer.finish,
    async close() {
      await writer.close()
      await hash.close()
    },
  }
}
