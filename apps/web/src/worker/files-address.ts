import type { Platform, VariantName } from '@rbee/schema'

/** One build of a release. */
export interface NamedBuild {
  readonly platform: Platform
  readonly variant: VariantName
}

/** The page about the files of a build. */
export function filesPath(id: string, version: string, { platform, variant }: NamedBuild): string {
  return `/worker/${id}/${encodeURIComponent(version)}/files/${platform}/${variant}`
}
