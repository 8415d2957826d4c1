import type { ByteRange, DocumentKey } from '@rbee/registry'
import type { WorkerId } from '@rbee/schema'

/** Repositories of package managers, as routes read them: files by their path below the server's root. */
export interface PackageRepositories {
  /**
   * Null where there is no such file. Whoever opens one reads it or closes it. Fails with `not_ready` while they are made for
   * the first time.
   *
   * @param path of a closed set: it becomes the path of a file.
   */
  open(path: string): Promise<RepositoryFile | null>
}

export interface RepositoryFile {
  /** In bytes. */
  readonly size: number
  /** In whole seconds since the epoch; another one for every content that a path ever had. */
  readonly modifiedAt: number
  /** The bytes, all of them or a range. The file is closed when they end or are cancelled. */
  read(range?: ByteRange): ReadableStream<Uint8Array>
  close(): Promise<void>
}

/** What makes the repositories of a server, and keeps them up to date. */
export interface PackageRepositoryJob {
  /** Where they lie. */
  readonly folder: string
  /** Ends once they can be read; the first time it has them made. Fails with `not_ready` where that takes too long. */
  ready(): Promise<void>
  /** To be called after every change of a worker's documents. Never fails and never waits. */
  changed(id: WorkerId): void
  /** Ends a build that is under way; it goes on at the next start. */
  stop(): Promise<void>
}

/** The worker whose packages a change of the document may change; null for all others. */
export function packagedIn(key: DocumentKey): WorkerId | null {
  return key.kind === 'worker' || key.kind === 'versions' || key.kind === 'release' ? key.id : null
}
