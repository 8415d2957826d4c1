import { archDependencies, optionalDependencies } from '../../arch/dependencies.ts'
import { launcherLines, payloadFolder, UNTOUCHED } from '../../arch/layout.ts'
import { downloadAgentLines, guardLines } from '../../arch/licence-guard.ts'
import { archPackageFile, relations } from '../../arch/package.ts'
import type { Binary } from '../../binaries.ts'
import { madeOfBinaries } from '../../materials.ts'
import type { PackageSubject } from '../../package-file.ts'

/**
 * A PKGBUILD that installs the archives of the registry: `ID-bin`. Everything in them goes to one folder as it is; only
 * makepkg's own reading of archives, sums and architectures is used.
 */
export const archProd = madeOfBinaries('linux', (subject, binaries) => {
  const { depends, others } = archDependencies(subject)
  const isLicensed = subject.release.distribution.requires_license
  return archPackageFile(subject, {
    remark: 'Generated from a release of the registry; the archives are those that it serves.',
    pkgname: subject.name ?? `${subject.address}-bin`,
    guard: isLicensed ? guardLines(subject) : [],
    arrays: {
      arch: binaries.map(({ arch }) => arch),
      license: [subject.release.license],
      depends,
      optdepends: optionalDependencies(others),
      ...relations(subject),
      options: UNTOUCHED,
      noextract: binaries.map((binary) => archiveName(subject, binary)),
      ...Object.fromEntries(binaries.flatMap((binary) => sourceOf(subject, binary))),
    },
    settings: isLicensed ? downloadAgentLines(subject) : [],
    functions: { package: packageBody(subject, binaries) },
  })
})

/** One stem for all architectures, which end it as `uname -m` and makepkg's CARCH name them. */
function archiveStem({ worker, release, variant }: PackageSubject, arch: string): string {
  return `${worker.id}-${release.version}-${variant.name}-${arch}`
}

function archiveName(subject: PackageSubject, { arch, format }: Binary): string {
  return `${archiveStem(subject, arch)}.${format}`
}

function sourceOf(subject: PackageSubject, binary: Binary): [name: string, values: string[]][] {
  return [
    [`source_${binary.arch}`, [`${archiveName(subject, binary)}::${binary.url}`]],
    [`sha256sums_${binary.arch}`, [binary.sha256]],
  ]
}

function packageBody(subject: PackageSubject, binaries: readonly Binary[]): string[] {
  const folder = `"$pkgdir${payloadFolder(subject)}"`
  const licence = `"$pkgdir${payloadFolder(subject)}/LICENSE"`
  return [
    `install -d ${folder}`,
    `bsdtar --no-same-owner -xf ${unpackedArchive(subject, binaries)} -C ${folder}`,
    ...launcherLines(subject),
    `if [ -f ${licence} ]; then`,
    `  install -Dm644 ${licence} "$pkgdir/usr/share/licenses/$pkgname/LICENSE"`,
    'fi',
  ]
}

/** A release may hold its architectures in different compressions. */
function unpackedArchive(subject: PackageSubject, binaries: readonly Binary[]): string {
  const [format, ...others] = new Set(binaries.map((binary) => binary.format))
  const stem = archiveStem(subject, '$CARCH')
  return others.length === 0 ? `"$srcdir/${stem}.${format}"` : `"$srcdir/${stem}".tar.*`
}
