import {
  buildsFromSource,
  isOwnPkgbuildOf,
  isUnavailable,
  type PackageFile,
  type PackageFileFormatName,
  type PackageFileInput,
  PKGBUILD_FORMATS,
  writePackageFile,
} from '@rbee/package-files'
import type { StoredDocument } from '@rbee/registry'
import { RbeeError, type WorkerDocument } from '@rbee/schema'
import type { Services } from '../../services.ts'
import { type PackageFileRequest, packageFileInput } from './request.ts'

/** Which PKGBUILD is meant. */
export interface PkgbuildWish {
  /** From source, from binaries, or null for whatever there is. */
  readonly build: 'dev' | 'prod' | null
  /** Whether it is for a client of earlier catalogs: see the format `arch-legacy`. */
  readonly legacy: boolean
  /** Name of a generated package, where its address says one. */
  readonly name?: string
}

/** The file of the worker's own folder, byte for byte, or a generated one. */
export type ChosenPkgbuild =
  | { readonly kind: 'own'; readonly document: StoredDocument }
  | { readonly kind: 'generated'; readonly file: PackageFile }

/**
 * What a worker's folder says comes before what is generated: its PKGBUILD, else its PKGBUILD.bin. One that builds is what
 * `dev` means; `prod` is always made of the registry's own binaries, which a folder knows nothing of.
 *
 * Fails with `no_pkgbuild` where there is nothing at all, and with the reason where a certain build was asked for.
 */
export async function choosePkgbuild(
  request: PackageFileRequest,
  wish: PkgbuildWish,
  services: Services,
): Promise<ChosenPkgbuild> {
  const own = await services.reader.document({ kind: 'pkgbuild', id: request.target.worker })
  if (own !== null && wish.build === null && request.version === null) return { kind: 'own', document: own }
  const input = await packageFileInput(request, services)
  if (own !== null && isOwnPkgbuildOf(input.release, input.worker) && isMeant(own, wish))
    return { kind: 'own', document: own }
  const name = wish.name === undefined ? {} : { name: wish.name }
  return { kind: 'generated', file: generated({ ...input, ...name }, wish) }
}

function isMeant(own: StoredDocument, { build }: PkgbuildWish): boolean {
  switch (build) {
    case null:
      return true
    case 'dev':
      return buildsFromSource(new TextDecoder().decode(own.body))
    case 'prod':
      return false
  }
}

function generated(input: PackageFileInput, { build, legacy }: PkgbuildWish): PackageFile {
  const source = legacy ? 'arch-legacy' : 'arch-dev'
  switch (build) {
    case 'dev':
      return writePackageFile(source, input)
    case 'prod':
      return writePackageFile('arch-prod', input)
    case null:
      // Clients of earlier catalogs stop at the first source that is not in Git.
      return firstOf(legacy ? [source, 'arch-prod'] : PKGBUILD_FORMATS, input)
  }
}

function firstOf(formats: readonly PackageFileFormatName[], input: PackageFileInput): PackageFile {
  const reasons: RbeeError[] = []
  for (const format of formats) {
    try {
      return writePackageFile(format, input)
    } catch (error) {
      if (!isUnavailable(error)) throw error
      reasons.push(error)
    }
  }
  throw noPkgbuild(input.worker, reasons)
}

function noPkgbuild({ id }: WorkerDocument, reasons: readonly RbeeError[]): RbeeError {
  const why = reasons.map(({ message }) => message).join('; ')
  return new RbeeError(
    'no_pkgbuild',
    `The worker "${id}" has no PKGBUILD, and none can be generated: ${why}`,
    {
      next: 'its author can publish a release for Linux, or name its public repository',
      details: { reasons: reasons.map(({ code }) => code) },
    },
  )
}
