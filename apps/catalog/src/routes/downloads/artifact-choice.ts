import {
  type ArchiveDocument,
  type ArchiveFormat,
  type ArtifactDocument,
  RbeeError,
  type ReleaseDocument,
  type VariantDocument,
  type VariantName,
} from '@rbee/schema'

export interface ArtifactRequest {
  /** As the client wrote it; perhaps none that any worker can have. */
  readonly platform: string
  readonly variant: VariantName
  readonly format: ArchiveFormat
}

export interface ChosenArchive {
  readonly artifact: ArtifactDocument
  readonly archive: ArchiveDocument
}

/**
 * The archive of a release that was asked for. Fails with `no_binary` for a release that is source only, else with
 * `no_artifact`, which names those there are.
 */
export function chooseArchive(release: ReleaseDocument, request: ArtifactRequest): ChosenArchive {
  const variant = release.variants.find(({ name }) => name === request.variant)
  const artifact = variant?.artifacts.find(({ platform }) => platform === request.platform)
  const archive = artifact?.archives.find(({ format }) => format === request.format)
  if (artifact && archive) return { artifact, archive }
  throw nothingFor(release, request)
}

function nothingFor(release: ReleaseDocument, { platform, variant, format }: ArtifactRequest): RbeeError {
  const available = release.variants.flatMap(availableOf)
  const name = `${release.worker} ${release.version}`
  if (available.length > 0) {
    return new RbeeError('no_artifact', `${name} has no ${format} of variant ${variant} for ${platform}`, {
      next: 'ask for one of those in "available"',
      details: { available },
    })
  }
  if (release.binary_sources.length > 0) {
    return new RbeeError('no_artifact', `The binaries of ${name} are not stored in this registry`, {
      next: 'get them where its PKGBUILD does: see "binary_sources"',
      details: { available, binary_sources: release.binary_sources },
    })
  }
  return new RbeeError('no_binary', `${name} is distributed as source only`, {
    next: 'build it from its PKGBUILD or its repository',
  })
}

function availableOf({ name, artifacts }: VariantDocument) {
  return artifacts.map(({ platform, archives }) => ({
    platform,
    variant: name,
    formats: archives.map(({ format }) => format),
  }))
}
