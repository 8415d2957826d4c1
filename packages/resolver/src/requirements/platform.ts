import { platformOf } from '../artifact.ts'
import type { Candidate } from '../candidate.ts'
import { type Unmet, unmet } from '../unmet.ts'

/** The manifest's platforms name the operating system. */
export function checkOs({ release, variant, profile }: Candidate): Unmet | null {
  const supported = [...new Set<string>(release.platforms.map(({ os }) => os))]
  if (supported.includes(profile.os)) return null
  return unmet({ code: 'os', variant: variant.name, need: oneOf(supported), have: profile.os })
}

/** The manifest's platforms name the architecture for this operating system. */
export function checkArch({ release, variant, profile }: Candidate): Unmet | null {
  const supported = release.platforms.filter(({ os }) => os === profile.os).map(({ arch }) => arch)
  if (supported.some((arch) => arch === profile.arch)) return null
  const need = oneOf(supported)
  return unmet({
    code: 'arch',
    variant: variant.name,
    need,
    needs: `${need} on ${profile.os}`,
    have: profile.arch,
  })
}

/** The release has no bytes of this variant for a platform that the manifest names, or in none of the wanted formats. */
export function missingArtifact({ release, variant, profile }: Candidate): Unmet {
  const platform = platformOf(profile)
  const published = variant.artifacts.flatMap((artifact) =>
    artifact.archives.map(({ format }) => `${artifact.platform} (${format})`),
  )
  const have = published.join(', ') || 'none'
  return {
    code: 'no_artifact',
    need: `an artifact for ${platform}`,
    have,
    reason: `${release.worker} ${release.version} has no ${variant.name} build for ${platform}; published: ${have}`,
  }
}

function oneOf(names: readonly string[]): string {
  return names.join(' or ') || 'a platform that the worker supports'
}
