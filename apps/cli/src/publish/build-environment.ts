import type { Platform, VariantName, Version } from '@rbee/schema'

/**
 * What makes compilers and scripts write the same wherever and whenever they run. The time is the one that every entry of an
 * archive carries: 1980-01-01T00:00:00Z (reproducible-builds.org, SOURCE_DATE_EPOCH specification 1.1).
 */
const SAME_EVERYWHERE = {
  SOURCE_DATE_EPOCH: '315532800',
  TZ: 'UTC',
  LANG: 'C.UTF-8',
  LC_ALL: 'C.UTF-8',
} as const

/** What one build is asked for. */
export interface BuildTask {
  readonly version: Version
  readonly platform: Platform
  readonly variant: VariantName
  /** The folder to fill, absolute. */
  readonly output: string
}

/** What a build finds in its environment, beside what the machine needs to run anything. */
export function buildEnvironment({ version, platform, variant, output }: BuildTask): Record<string, string> {
  return {
    ...SAME_EVERYWHERE,
    RBEE_VARIANT: variant,
    RBEE_PLATFORM: platform,
    RBEE_VERSION: version,
    RBEE_OUTPUT: output,
  }
}
