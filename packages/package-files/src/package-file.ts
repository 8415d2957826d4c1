import type { ReleaseDocument, VariantName, WorkerDocument } from '@rbee/schema'

/** What a package file is made of: documents as the server answers them, and nothing else. */
export interface PackageFileInput {
  readonly worker: WorkerDocument
  /** Of the version that is to be packaged. */
  readonly release: ReleaseDocument
  /**
   * The variant to package, under a name of its own. Null for one under the worker's name: the default variant, or if that
   * has nothing for the system of the format, the one of highest priority that has.
   */
  readonly variant: VariantName | null
  /** Address under which the server is reached by who uses the file: no slash at its end. */
  readonly origin: string
  /** Whether the server at `origin` hands out the source of releases that is public nowhere: see `/sources`. */
  readonly servesSources?: boolean
  /** Name of the package where it shall not be the format's own, such as `llm-worker-bin`: a worker's address, or more. */
  readonly name?: string
}

export interface PackageFile {
  /** As package managers expect it: `PKGBUILD`, or a formula by its name. */
  readonly fileName: string
  readonly contentType: string
  readonly text: string
  /** The .SRCINFO of a PKGBUILD, as `makepkg --printsrcinfo` writes it; null for other files. */
  readonly srcinfo: string | null
}

/** One kind of file. */
export interface PackageFileFormat {
  /** Whether the variant of the subject has what the file is made of; asked where no variant is named. */
  suits(subject: PackageSubject): boolean
  /**
   * Fails with `no_binary` or `no_artifact` where the release has nothing to install, `no_repository` or `not_buildable`
   * where there is nothing to build.
   */
  require(subject: PackageSubject): void
  /** Pure. Fails as {@link require} does, with `no_formula` for what Homebrew cannot name, and for no other reason. */
  write(subject: PackageSubject): PackageFile
}

/** The input with what every format asks of it. */
export interface PackageSubject extends Omit<PackageFileInput, 'variant'> {
  readonly variant: ReleaseDocument['variants'][number]
  /** The address that the file is for: the worker's id, or that of one of its variants. */
  readonly address: string
}
