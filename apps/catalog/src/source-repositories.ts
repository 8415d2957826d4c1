import type { GitPlace, Version, WorkerId } from '@rbee/schema'
import type { RepositoryFile } from './package-repositories.ts'

/** A release whose source the server may have. */
export interface SourceRelease {
  readonly id: WorkerId
  readonly version: Version
  readonly git: GitPlace
}

/**
 * Repositories of Git with the sources of releases that are public nowhere, for who uses the server on its own machine:
 * files by their path in the repository.
 */
export interface SourceRepositories {
  /**
   * Null where there is no such file, or no such source. Whoever opens one reads it or closes it. `info/refs` has
   * the repository made, or brought up to date.
   *
   * @param path of a closed set: it becomes the path of a file.
   */
  open(release: SourceRelease, path: string): Promise<RepositoryFile | null>
}

/** What makes them of the server's own catalogs. */
export interface SourceRepositoryJob {
  /** Where the repository of a release lies, whether or not there is one. */
  folderOf(release: SourceRelease): string
  /** Makes it, or brings it up to date. False where no catalog holds the source. */
  update(release: SourceRelease): Promise<boolean>
}
