import { packageVersion } from '@rbee/package-files'
import { PREFERRED_FORMATS } from '@rbee/packaging'
import {
  type Architecture,
  type ArchiveDocument,
  type ArtifactDocument,
  addressSchema,
  platformParts,
  type ReleaseDocument,
  type VariantDocument,
  type WorkerDocument,
  type WorkerId,
} from '@rbee/schema'
import type { OfferedWorker } from '../offers/offered-release.ts'

/**
 * Number of the packages' form. Raised whenever the same release comes to another package, so that no two packages of one
 * name and version ever differ: pacman keeps the files it downloaded.
 */
const PACKAGE_RELEASE = 1

/** One package of a repository: a variant of a release for one architecture. */
export interface PackageOffer {
  readonly worker: WorkerId
  /** The variant's address, `llm-worker-cuda`. */
  readonly address: string
  /** Whether it is the variant that is meant where none is named. */
  readonly isDefault: boolean
  /** `llm-worker-cuda-bin` */
  readonly name: string
  /** `0.1.0-1` */
  readonly version: string
  /** Without the number of the package's form. */
  readonly upstreamVersion: string
  readonly arch: Architecture
  readonly fileName: string
  /** What the release says of itself, and never changes. */
  readonly title: string
  readonly program: string
  readonly license: string
  /** Commands, libraries and packages that the system must have, by names that are no distribution's own. */
  readonly systemDependencies: readonly string[]
  /** When the release was published, in seconds since the epoch. */
  readonly builtAt: number
  readonly artifact: ArtifactDocument
  readonly archive: ArchiveDocument
  /** What the catalog says of the worker now; it may change without a release. */
  readonly description: string
  readonly homepage: string | null
}

/**
 * The packages of a worker's release for Linux. Of variants that share an address, as in catalogs that do not tell variants
 * apart by their ids, the default one is taken.
 */
export function packageOffers({ worker, linux }: OfferedWorker): PackageOffer[] {
  if (linux === null) return []
  const byAddress = new Map<string, VariantDocument>()
  for (const variant of linux.variants) {
    if (!byAddress.has(variant.id) || variant.name === linux.default_variant)
      byAddress.set(variant.id, variant)
  }
  return [...byAddress.values()].flatMap((variant) =>
    isPackageAddress(variant.id)
      ? variant.artifacts.flatMap((artifact) => packageOffer(worker, linux, variant, artifact))
      : [],
  )
}

/** An address is a part of names and paths; pacman takes no name that begins with a hyphen. */
function isPackageAddress(address: string): boolean {
  return addressSchema.safeParse(address).success && !address.startsWith('-')
}

function packageOffer(
  worker: WorkerDocument,
  release: ReleaseDocument,
  { id: address, name: variantName }: VariantDocument,
  artifact: ArtifactDocument,
): PackageOffer[] {
  const { os, arch } = platformParts(artifact.platform)
  const archive = preferredArchive(artifact)
  if (os !== 'linux' || archive === null) return []
  const name = `${address}-bin`
  const upstreamVersion = packageVersion(release.version)
  const version = `${upstreamVersion}-${PACKAGE_RELEASE}`
  return [
    {
      worker: worker.id,
      address,
      isDefault: variantName === release.default_variant,
      name,
      version,
      upstreamVersion,
      arch,
      fileName: `${name}-${version}-${arch}.pkg.tar.zst`,
      title: release.name,
      program: release.binary_name,
      license: release.license,
      systemDependencies: release.dependencies.system,
      builtAt: Math.floor(Date.parse(release.published_at) / 1000),
      artifact,
      archive,
      description: worker.description,
      homepage: worker.homepage ?? worker.repository ?? worker.documentation,
    },
  ]
}

function preferredArchive({ archives }: ArtifactDocument): ArchiveDocument | null {
  for (const format of PREFERRED_FORMATS) {
    const archive = archives.find((stored) => stored.format === format)
    if (archive) return archive
  }
  return null
}
