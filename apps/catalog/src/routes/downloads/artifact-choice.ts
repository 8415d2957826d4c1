import {
  type ArchiveDocument,
  type ArchiveFormat,
  type ArtifactDocument,
  type Platform,
  RbeeError,
  type ReleaseDocument,
  type VariantDocument,
  type VariantName,
} from '@rbee/schema'

export interface ArtifactRequest {
  readonly platform: Platform
  readonly variant: VariantName
  readonly format: ArchiveFormat
}

export interface ChosenArchive {
  readonly artifact: ArtifactDocument
  readonly archive: ArchiveDocument
}

/**
 * The archive of a release that was asked for. Fails with `invalid_variant` for a variant that the worker never had,
 * `no_binary` where the release has no artifact at all, and `no_artifact`, which names those there are.
 */
export function chooseArchive(release: ReleaseDocument, request: ArtifactRequest): ChosenArchive {
  const variant = release.variants.find(({ name }) => name === request.variant)
  if (!variant) {
    const names = release.variants.map(({ name }) => name)
    throw new RbeeError('invalid_variant', `"${release.worker}" has no variant "${request.variant}"`, {
      next: `ask for one of: ${names.join(', ')}`,
      details: { variants: names },
    })
  }
  const artifact = variant.artifacts.find(({ platform }) => platform === request.platform)
  const archive = artifact?.archives.find(({ format }) => format === request.format)
  if (artifact && archive) return { artifact, archive }
  throw nothingFor(release, request)
}

function nothingFor(release: ReleaseDocument, { platform, variant, format }: ArtifactRequest): RbeeError {
  const available = release.variants.flatMap(availableOf)
  const name = `${release.worker} ${release.version}`
  if (available.length === 0) {
    return new RbeeError('no_binary', `${name} is distributed as source only`, {
      next: 'build it from its PKGBUILD or its repository',
    })
  }
  return new RbeeError('no_artifact', `${name} has no ${format} of variant ${variant} for ${platform}`, {
    next: 'ask for one of those in "available"',
    details: { available },
  })
}

function availableOf({ name, artifacts }: VariantDocument) {
  return artifacts.map(({ platform, archives }) => ({
    platform,
    variant: name,
    formats: archives.map(({ format }) => format),
  }))
}
