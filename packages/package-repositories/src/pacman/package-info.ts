import { optionalDependencies } from '@rbee/package-files'
import type { PackageOffer } from './package-offer.ts'

export const PACKAGER = 'rbee Worker Catalog'
/** Longer texts are of no use in a list. */
const LINE_MAX_CHARACTERS = 500

/**
 * The file `.PKGINFO` of a package. It holds what the release itself states and nothing else, so that the same release is
 * always the same package; how the worker is described today stands in the database.
 *
 * Format: PKGINFO as makepkg 6.0 writes it.
 *
 * @param size of the installed files, in bytes.
 */
export function packageInfo(offer: PackageOffer, size: number): string {
  const { provides, conflicts, optional } = relationsOf(offer)
  const fields: [key: string, value: string][] = [
    ['pkgname', offer.name],
    ['pkgbase', offer.name],
    ['pkgver', offer.version],
    ['pkgdesc', oneLine(`${offer.title} (${offer.address})`)],
    ['builddate', String(offer.builtAt)],
    ['packager', PACKAGER],
    ['size', String(size)],
    ['arch', offer.arch],
    ['license', oneLine(offer.license)],
    ...conflicts.map((name): [string, string] => ['conflict', name]),
    ...provides.map((name): [string, string] => ['provides', name]),
    ...optional.map((name): [string, string] => ['optdepend', name]),
  ]
  return fields.map(([key, value]) => `${key} = ${value}\n`).join('')
}

/**
 * How a package stands to others: as the PKGBUILDs state it that the catalog generates. Every package of a worker is the
 * worker and installs the same program, so that there can be only one at a time.
 */
export function relationsOf(offer: PackageOffer) {
  const { worker, address, name, isDefault, upstreamVersion, systemDependencies } = offer
  const provided = new Set<string>([worker, address, ...(isDefault ? [`${worker}-bin`] : [])])
  provided.delete(name)
  return {
    conflicts: [worker],
    provides: [...provided].map((one) => `${one}=${upstreamVersion}`),
    // A worker names them for every system at once: a name that Arch does not know would make it impossible to install.
    optional: optionalDependencies(systemDependencies),
  }
}

/** A text of strangers as one line that begins no other field. */
export function oneLine(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()
  return [...line.toWellFormed()].slice(0, LINE_MAX_CHARACTERS).join('')
}
