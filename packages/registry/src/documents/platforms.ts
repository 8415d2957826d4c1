import {
  ARCHITECTURES,
  type Architecture,
  type ManifestPlatforms,
  OPERATING_SYSTEMS,
  type OperatingSystem,
  type Platform,
} from '@rbee/schema'

/** An operating system and an architecture that a worker is made for. */
export interface PlatformPair {
  readonly os: OperatingSystem
  readonly arch: Architecture
}

/** What a manifest names, in the order in which documents list platforms. */
export function platformPairs(platforms: ManifestPlatforms): PlatformPair[] {
  return OPERATING_SYSTEMS.flatMap((os) =>
    ARCHITECTURES.filter((arch) => platforms[os].includes(arch)).map((arch) => ({ os, arch })),
  )
}

/** The given platforms once each, in the order in which documents list them. */
export function orderedPlatforms(platforms: Iterable<Platform>): Platform[] {
  const named = new Set(platforms)
  return ALL_PLATFORMS.filter((platform) => named.has(platform))
}

const ALL_PLATFORMS: readonly Platform[] = OPERATING_SYSTEMS.flatMap((os) =>
  ARCHITECTURES.map((arch): Platform => `${os}-${arch}`),
)
