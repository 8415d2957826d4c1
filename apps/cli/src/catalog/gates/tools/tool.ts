import type { PackageFileFormatName } from '@rbee/package-files'

/** A program of a package manager that reads files in the manager's own way, many of them in one process. */
export interface Tool {
  /** What people know it by. */
  readonly name: string
  /** Whether it reads files of this format. */
  reads(format: PackageFileFormatName): boolean
  /**
   * The line that asks it about a file.
   *
   * @param isFirstOfShape whether no file before had the same variables and functions.
   */
  question(path: string, isFirstOfShape: boolean): string
  /** What starts it. It reads questions, a line each, and prints `PATH<TAB>REASON` for each file that it cannot read. */
  readonly command: readonly [string, ...string[]]
  readonly environment: Readonly<Record<string, string>>
}

/** How tools are found. */
export interface ToolSurroundings {
  readonly searchPath: string | undefined
}
