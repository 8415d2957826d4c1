import type { PackageFiles } from './packages.ts'

/** What an artifact is made of. Paths are relative to the worker's folder unless they are absolute. */
export interface ArtifactPlan {
  readonly folder: string
  /** Name of the program in `bin/`. */
  readonly program: string
  /** Source files that become `lib/NAME.mjs`; the first one is what the program runs. */
  readonly entries: readonly [string, ...string[]]
  /** Packages that cannot be bundled; copied to `lib/node_modules/`. */
  readonly packages: readonly PackageFiles[]
  /** Packages that are neither bundled nor copied: code that is never reached. */
  readonly leaveOut?: readonly string[]
  /** Shared libraries of the build machine, by soname, that bare systems lack; copied to `lib/native/`. */
  readonly systemLibraries?: readonly string[]
  /** Further files: a path in the artifact and where its bytes come from. */
  readonly files?: readonly { readonly to: string; readonly from: string | Uint8Array }[]
  /** Licence texts of parts that are not npm packages, or whose package lacks its text. */
  readonly licences?: readonly { readonly name: string; readonly file: string }[]
}
