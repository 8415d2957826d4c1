import { Buffer } from 'node:buffer'
import { createHash, type Hash } from 'node:crypto'
import { FILE_LIST_MAX_BYTES, type FileList, type ListedFile, sha256Schema } from '@rbee/schema'
import type { ArchiveEntry } from './archive-rules.ts'

/** Collects which files an archive holds while it is read from front to back. */
export interface FileLister {
  /** An entry begins; the one before is complete. */
  entry(entry: ArchiveEntry): void
  /** Bytes of the entry's file. */
  data(bytes: Uint8Array): void
  finish(): Omit<FileList, 'digest'>
}

/** What a file takes in JSON beside its path. */
const BYTES_PER_FILE = 130

/** @param maxBytes of the list in JSON: files beyond are counted, and neither kept nor hashed. */
export function createFileLister(maxBytes: number = FILE_LIST_MAX_BYTES): FileLister {
  const files: ListedFile[] = []
  let total = 0
  let left = maxBytes
  let open: { readonly entry: ArchiveEntry; readonly hash: Hash } | null = null
  const close = () => {
    if (open === null) return
    const { name: path, size, executable } = open.entry
    files.push({ path, size, executable, sha256: sha256Schema.parse(open.hash.digest('hex')) })
    open = null
  }
  return {
    entry(entry) {
      close()
      if (entry.type !== 'file') return
      total += 1
      left -= Buffer.byteLength(JSON.stringify(entry.name)) + BYTES_PER_FILE
      if (left >= 0) open = { entry, hash: createHash('sha256') }
    },
    data(bytes) {
      open?.hash.update(bytes)
    },
    finish() {
      close()
      return { total, complete: files.length === total, files: files.toSorted(byPath) }
    },
  }
}

function byPath(one: ListedFile, other: ListedFile): number {
  return one.path < other.path ? -1 : 1
}
