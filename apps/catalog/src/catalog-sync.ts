import type { CatalogSyncReport } from '@rbee/schema'

/** Which of its own catalogs a server shall read again. */
export interface SyncWish {
  /** Names or settings of catalogs; null for all of them. */
  readonly catalogs: readonly string[] | null
  /** Compiles also what did not change, and believes a folder that turned up empty. */
  readonly force: boolean
}

/** A push to a repository, as its host tells of it. */
export interface GitPush {
  /** Every address under which the repository can be cloned. */
  readonly repositories: readonly string[]
  /** The full reference that was pushed: `refs/heads/main`. */
  readonly ref: string
}

/**
 * Reads the catalogs that a server was started with again, one reading at a time. Handed in where there is Git; a server
 * without it is brought its catalogs by `rbee-catalog sync`.
 */
export interface CatalogSync {
  /**
   * Reads catalogs again. A call during a reading waits for one more reading, which all such calls share: what is asked
   * for now may have been changed after the running one looked. Fails with `catalog_not_found` for a name that is none,
   * and with `not_ready` when the server stops before it is done.
   */
  request(wish: SyncWish): Promise<CatalogSyncReport>
  /** Names of the catalogs that may hold something else after a push. */
  concernedBy(push: GitPush): readonly string[]
}
