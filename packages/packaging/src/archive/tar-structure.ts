import { createHash } from 'node:crypto'
import { type Digest, digestOf, sha256Schema } from '@rbee/schema'
import type { ArchiveEntry } from './archive-rules.ts'

/** A file of an archive, after the bytes that stand before its own. */
export interface StructuredFile extends Pick<ArchiveEntry, 'name' | 'size' | 'executable'> {
  /** Headers and padding since the file before. */
  readonly before: Uint8Array
}

/**
 * What a tar archive holds beside the bytes of its files: with it the same bytes, and so the digest, can be made of the
 * unpacked files again, whatever program packed them.
 */
export interface TarStructure {
  readonly files: readonly StructuredFile[]
  /** What stands behind the last file. */
  readonly end: Uint8Array
}

/** Headers of some 10,000 files. Beyond that an archive is better off without than a machine with. */
const MAX_BYTES = 8 * 2 ** 20

/** What was collected so far. */
export interface StructureProgress {
  /** Those of which bytes have come, in the order of the archive, and empty ones. */
  readonly files: readonly StructuredFile[]
  /** What came behind the bytes of the last one. */
  readonly pending: Uint8Array
}

/** Collects the structure of an archive while it is unpacked. */
export interface StructureCollector {
  /** An entry begins. */
  entry(entry: ArchiveEntry): void
  /** Bytes of the entry's file: a part of the chunk that is being read. */
  data(chunk: Uint8Array, bytes: Uint8Array): void
  /** The rest of the chunk holds no bytes of files. */
  chunkRead(chunk: Uint8Array): void
  /** How far it is, when a chunk has been read; null where it is too large to be kept. */
  progress(): StructureProgress | null
  /** Null where it is too large to be kept. */
  finish(): TarStructure | null
}

export function createStructureCollector(maxBytes: number = MAX_BYTES): StructureCollector {
  const files: StructuredFile[] = []
  let collected: Uint8Array[] = []
  let size = 0
  /** How much of the chunk has been looked at. */
  let position = 0
  let begun: ArchiveEntry | null = null
  const collect = (bytes: Uint8Array) => {
    size += bytes.length
    // Copied, because the memory of a chunk is the source's again when the next one comes.
    if (size <= maxBytes && bytes.length > 0) collected.push(bytes.slice())
    else if (size > maxBytes) collected = []
  }
  const take = (): Uint8Array => {
    const before = Buffer.concat(collected)
    collected = []
    return before
  }
  return {
    entry(entry) {
      if (entry.type !== 'file') return
      begun = entry
      if (entry.size > 0) return
      const { name, executable } = entry
      files.push({ before: new Uint8Array(), name, size: 0, executable })
    },
    data(chunk, bytes) {
      const start = bytes.byteOffset - chunk.byteOffset
      collect(chunk.subarray(position, start))
      position = start + bytes.length
      if (begun === null) return
      const { name, executable } = begun
      files.push({ before: take(), name, size: begun.size, executable })
      begun = null
    },
    chunkRead(chunk) {
      collect(chunk.subarray(position))
      position = 0
    },
    progress: () => (size > maxBytes ? null : { files: files.slice(), pending: Buffer.concat(collected) }),
    finish: () => (size > maxBytes ? null : { files, end: take() }),
  }
}

/**
 * The digest of the archive that has this structure and these files.
 *
 * @param read the bytes of a file by its name. What it throws is passed on.
 */
export async function digestOfStructure(
  { files, end }: TarStructure,
  read: (name: string) => AsyncIterable<Uint8Array>,
): Promise<Digest> {
  const hash = createHash('sha256')
  for (const { before, name, size } of files) {
    hash.update(before)
    if (size > 0) for await (const bytes of read(name)) hash.update(bytes)
  }
  hash.update(end)
  return digestOf(sha256Schema.parse(hash.digest('hex')))
}
