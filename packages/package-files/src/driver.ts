import { RbeeError, type VariantName } from '@rbee/schema'
import { availableArtifacts } from './binaries.ts'
import { archDev } from './formats/arch-dev/index.ts'
import { archLegacy } from './formats/arch-legacy/index.ts'
import { archProd } from './formats/arch-prod/index.ts'
import { homebrewDev } from './formats/homebrew-dev/index.ts'
import { homebrewProd } from './formats/homebrew-prod/index.ts'
import { isUnavailable } from './materials.ts'
import type { PackageFile, PackageFileFormat, PackageFileInput, PackageSubject } from './package-file.ts'

/** Every kind of file that is generated; a further one is a folder of `formats/` and a line here. */
const FORMATS = {
  'arch-prod': archProd,
  'arch-dev': archDev,
  'arch-legacy': archLegacy,
  'homebrew-prod': homebrewProd,
  'homebrew-dev': homebrewDev,
} as const satisfies Record<string, PackageFileFormat>

export type PackageFileFormatName = keyof typeof FORMATS

export const PACKAGE_FILE_FORMATS = Object.keys(FORMATS) as readonly PackageFileFormatName[]

/**
 * Writes the file by which a package manager installs (`-prod`) or builds (`-dev`) one variant of a release. Equal inputs
 * give equal bytes.
 *
 * Fails with `quarantined` for a release that may not run anywhere, `no_artifact` for a variant that the release does not
 * have, and as {@link PackageFileFormat.write} says.
 */
export function writePackageFile(name: PackageFileFormatName, input: PackageFileInput): PackageFile {
  const { worker, release } = input
  if (release.quarantined !== null) {
    throw new RbeeError(
      'quarantined',
      `${worker.id} ${release.version} may not be installed: ${release.quarantined}`,
    )
  }
  const format = FORMATS[name]
  return format.write(input.variant === null ? anySubject(format, input) : namedSubject(input, input.variant))
}

/** What is generated for Arch Linux where nobody says how, the preferred one first. */
export const PKGBUILD_FORMATS = ['arch-prod', 'arch-dev'] as const satisfies readonly PackageFileFormatName[]

/**
 * Whether {@link writePackageFile} writes one of {@link PKGBUILD_FORMATS}, under the worker's name. Decided for a server on
 * this machine itself, which is handed out everything that others are: documents are the same under every address.
 */
export function canGeneratePkgbuild({
  worker,
  release,
}: Pick<PackageFileInput, 'worker' | 'release'>): boolean {
  if (release.quarantined !== null) return false
  const input: PackageFileInput = {
    worker,
    release,
    variant: null,
    origin: 'http://localhost',
    servesSources: true,
  }
  return PKGBUILD_FORMATS.some((name) => hasMaterials(FORMATS[name], input))
}

function hasMaterials(format: PackageFileFormat, input: PackageFileInput): boolean {
  try {
    format.require(anySubject(format, input))
    return true
  } catch (error) {
    if (isUnavailable(error)) return false
    throw error
  }
}

function namedSubject(input: PackageFileInput, name: VariantName): PackageSubject {
  const { worker, release } = input
  const variant = release.variants.find((one) => one.name === name)
  if (variant !== undefined) return { ...input, variant, address: variant.id }
  throw new RbeeError('no_artifact', `${worker.id} ${release.version} has no variant ${name}`, {
    next: 'ask for one of those in "available"',
    details: { available: availableArtifacts(release) },
  })
}

function anySubject(format: PackageFileFormat, input: PackageFileInput): PackageSubject {
  const { worker, release } = input
  const usual = { ...namedSubject(input, release.default_variant), address: worker.id }
  const others = release.variants
    .toSorted((a, b) => b.priority - a.priority)
    .map((variant) => ({ ...usual, variant }))
  return [usual, ...others].find((subject) => format.suits(subject)) ?? usual
}
