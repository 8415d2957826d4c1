import type {
  ArchiveDocument,
  ReleaseDocument,
  VersionsDocument,
  WorkerDocument,
  WorkerId,
} from '@rbee/schema'

/**
 * A registry as repositories are made of it: one that is asked over HTTP, or the one of the running process. What it tells
 * has the shape of its schema, and is not believed beyond that.
 */
export interface RegistrySource {
  /** Under which clients reach it, without a slash at the end. Stands in formulas. */
  readonly url: string
  /** The ids of all workers, some at a time, with how many there are in all. */
  workerPages(): AsyncIterable<{ readonly ids: readonly WorkerId[]; readonly total: number }>
  /** Null where it is gone meanwhile; so for all that follow. */
  worker(id: WorkerId): Promise<WorkerDocument | null>
  versions(id: WorkerId): Promise<VersionsDocument | null>
  release(id: WorkerId, version: string): Promise<ReleaseDocument | null>
  /** The bytes, unchecked. A chunk is valid until the next one is asked for. */
  archive(archive: ArchiveDocument): AsyncIterable<Uint8Array>
}
