import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ArchiveStore, DocumentStore, RandomBytes } from '@rbee/registry'
import { ARCHIVES, fileArchiveStore } from './archive-store.ts'
import { fileDocumentStore, TEMPORARY } from './document-store.ts'
import { STAGING } from './staging.ts'

export { streamOfFile } from './file-stream.ts'
export { removeUnknownStaging } from './staging.ts'

/** Both stores of one data folder. */
export interface FileStores {
  readonly documents: DocumentStore
  readonly archives: ArchiveStore
}

/**
 * Opens the stores of the folder `root`, makes the folders they need, and removes documents that an interrupted
 * process left half-written. One process at a time may have a folder open for writing.
 */
export async function openFileStores(root: string, randomBytes: RandomBytes): Promise<FileStores> {
  for (const folder of [TEMPORARY, STAGING, ARCHIVES]) await mkdir(join(root, folder), { recursive: true })
  for (const leftover of await readdir(join(root, TEMPORARY))) {
    await rm(join(root, TEMPORARY, leftover), { force: true })
  }
  return fileStoresForReading(root, randomBytes)
}

/** The stores of a folder that another process may be writing to: only what reads may be called. Makes and removes nothing. */
export function fileStoresForReading(root: string, randomBytes: RandomBytes): FileStores {
  return {
    documents: fileDocumentStore(root, randomBytes),
    archives: fileArchiveStore(root, randomBytes),
  }
}
