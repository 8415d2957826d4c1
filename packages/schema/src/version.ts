import compareBuild from 'semver/functions/compare-build.js'
import parse from 'semver/functions/parse.js'
import { z } from 'zod'

export const VERSION_MAX_LENGTH = 64

/** A release's version: Semantic Versioning 2.0.0, without a leading `v`. */
export const versionSchema = z
  .string()
  .max(VERSION_MAX_LENGTH, `is longer than ${VERSION_MAX_LENGTH} characters`)
  .refine(isPlainVersion, 'is not a semantic version such as 1.2.3')
  .brand('Version')
export type Version = z.infer<typeof versionSchema>

/** The library forgives blanks and a leading `v`; an address must not. */
function isPlainVersion(text: string): boolean {
  const version = parse(text)
  if (version === null) return false
  const build = version.build.length > 0 ? `+${version.build.join('.')}` : ''
  return version.version + build === text
}

/** Orders by precedence of Semantic Versioning 2.0.0, build metadata last; negative when `a` is older. */
export function compareVersions(a: Version, b: Version): number {
  return compareBuild(a, b)
}

/** Whether the version is a pre-release (`1.0.0-rc.1`). */
export function isPrerelease(version: Version): boolean {
  return (parse(version)?.prerelease.length ?? 0) > 0
}

/**
 * The version that is installed when none is asked for: the newest that is not a pre-release,
 * or the newest pre-release where there is nothing else. Null for an empty list.
 */
export function latestVersion(versions: readonly Version[]): Version | null {
  const newestFirst = versions.toSorted((a, b) => compareVersions(b, a))
  return newestFirst.find((version) => !isPrerelease(version)) ?? newestFirst[0] ?? null
}
