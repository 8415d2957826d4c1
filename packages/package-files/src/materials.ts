import { type Architecture, type ErrorCode, type OperatingSystem, RbeeError } from '@rbee/schema'
import { type Binary, binariesOf, requireBinaries } from './binaries.ts'
import { type BuildPlan, requireBuildPlan } from './build-plan.ts'
import type { PackageFile, PackageFileFormat, PackageSubject } from './package-file.ts'
import { architecturesOf, requireArchitectures } from './platforms.ts'
import { type GitSource, requireGitSource } from './source.ts'

/** What a file that builds is made of. */
export interface SourceBuild {
  readonly architectures: readonly Architecture[]
  readonly source: GitSource
  readonly plan: BuildPlan
}

/** A format of files that install the registry's archives for one operating system. */
export function madeOfBinaries(
  system: OperatingSystem,
  write: (subject: PackageSubject, binaries: readonly Binary[]) => PackageFile,
): PackageFileFormat {
  return {
    suits: (subject) => binariesOf(subject, system).length > 0,
    require: (subject) => void requireBinaries(subject, system),
    write: (subject) => write(subject, requireBinaries(subject, system)),
  }
}

/** A format of files that build the source on one operating system. */
export function madeOfSource(
  system: OperatingSystem,
  write: (subject: PackageSubject, build: SourceBuild) => PackageFile,
): PackageFileFormat {
  return {
    suits: (subject) => architecturesOf(subject, system).length > 0,
    require: (subject) => void requireSourceBuild(subject, system),
    write: (subject) => write(subject, requireSourceBuild(subject, system)),
  }
}

function requireSourceBuild(subject: PackageSubject, system: OperatingSystem): SourceBuild {
  return {
    architectures: requireArchitectures(subject, system),
    source: requireGitSource(subject),
    plan: requireBuildPlan(subject),
  }
}

/** Whether the failure says that a release lacks what a file is made of, rather than that something went wrong. */
export function isUnavailable(error: unknown): error is RbeeError {
  return error instanceof RbeeError && UNAVAILABLE.has(error.code)
}

const UNAVAILABLE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'no_binary',
  'no_artifact',
  'no_repository',
  'not_buildable',
])
