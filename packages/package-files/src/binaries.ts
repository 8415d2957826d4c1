import {
  type Architecture,
  type ArchiveDocument,
  type OperatingSystem,
  type Platform,
  platformParts,
  RbeeError,
  type ReleaseDocument,
  type Sha256,
  sha256Of,
} from '@rbee/schema'
import type { PackageSubject } from './package-file.ts'

/** An archive of the variant for one architecture. */
export interface Binary {
  readonly arch: Architecture
  readonly platform: Platform
  /** Absolute. */
  readonly url: string
  readonly sha256: Sha256
  readonly format: ArchiveDocument['format']
}

/**
 * The archives of the variant for one operating system, x86_64 first. Fails with `no_binary` for a release that is source
 * only, with `no_artifact` where there are binaries, but none of these.
 */
export function requireBinaries(subject: PackageSubject, system: OperatingSystem): readonly Binary[] {
  const binaries = binariesOf(subject, system)
  if (binaries.length > 0) return binaries
  throw nothingFor(subject, system)
}

/** @returns an empty list where the release has none. */
export function binariesOf({ variant, origin }: PackageSubject, system: OperatingSystem): readonly Binary[] {
  return variant.artifacts
    .flatMap(({ platform, archives }) => {
      const { os, arch } = platformParts(platform)
      // What everybody unpacks comes before what the hive prefers.
      const archive = archives.find(({ format }) => format === 'tar.gz') ?? archives[0]
      if (os !== system || archive === undefined) return []
      const url = archive.download_url.startsWith('/') ? origin + archive.download_url : archive.download_url
      return [{ arch, platform, url, sha256: sha256Of(archive.checksum), format: archive.format }]
    })
    .toSorted((a, b) => (a.arch > b.arch ? -1 : 1))
}

function nothingFor({ release, variant }: PackageSubject, system: OperatingSystem): RbeeError {
  const name = `${release.worker} ${release.version}`
  const available = availableArtifacts(release)
  if (available.length > 0) {
    return new RbeeError(
      'no_artifact',
      `${name} has no binary of variant ${variant.name} for ${SPOKEN[system]}`,
      {
        next: 'ask for one of those in "available", or build it from source',
        details: { available },
      },
    )
  }
  if (release.binary_sources.length > 0) {
    return new RbeeError('no_artifact', `The binaries of ${name} are not stored in this registry`, {
      next: 'get them where its PKGBUILD does: see "binary_sources"',
      details: { available, binary_sources: release.binary_sources },
    })
  }
  return new RbeeError('no_binary', `${name} is distributed as source only`, { next: 'build it from source' })
}

/** How people write it. */
export const SPOKEN: Readonly<Record<OperatingSystem, string>> = {
  linux: 'Linux',
  macos: 'macOS',
  windows: 'Windows',
}

/** The detail `available` of `no_artifact`. */
export function availableArtifacts(release: ReleaseDocument) {
  return release.variants.flatMap(({ name, artifacts }) =>
    artifacts.map(({ platform, archives }) => ({
      platform,
      variant: name,
      formats: archives.map(({ format }) => format),
    })),
  )
}
