import { archDependencies, optionalDependencies } from '../../arch/dependencies.ts'
import { downloadAgentLine, guardLines } from '../../arch/licence-guard.ts'
import {
  bashFunction,
  headLines,
  launcherLines,
  payloadFolder,
  pkgbuildFile,
  relationLines,
} from '../../arch/pkgbuild.ts'
import { type Binary, requireBinaries } from '../../binaries.ts'
import { bashArray, presentArray } from '../../languages/bash.ts'
import type { PackageFileFormat, PackageSubject } from '../../package-file.ts'

/**
 * A PKGBUILD that installs the archives of the registry: `ID-bin`. Everything in them goes to one folder as it is; only
 * makepkg's own reading of archives, sums and architectures is used.
 */
export const archProd: PackageFileFormat = {
  write(subject) {
    const binaries = requireBinaries(subject, 'linux')
    const { depends, others } = archDependencies(subject)
    const licensed = subject.release.distribution.requires_license
    return pkgbuildFile([
      ...headLines(subject, {
        pkgname: subject.name ?? `${subject.address}-bin`,
        architectures: binaries.map(({ arch }) => arch),
        license: [subject.release.license],
        remark: 'Generated from a release of the registry; the archives are those that it serves.',
      }),
      ...(licensed ? guardLines(subject) : []),
      ...presentArray('depends', depends),
      ...presentArray('optdepends', optionalDependencies(others)),
      ...relationLines(subject),
      // The files are to stay what the registry's digests say of them.
      bashArray('options', [
        '!strip',
        '!debug',
        '!purge',
        '!zipman',
        'docs',
        'libtool',
        'staticlibs',
        'emptydirs',
      ]),
      bashArray(
        'noextract',
        binaries.map((binary) => archiveName(subject, binary)),
      ),
      ...binaries.flatMap((binary) => sourceLines(subject, binary)),
      ...(licensed ? [downloadAgentLine(subject)] : []),
      ...bashFunction('package', packageBody(subject, binaries)),
    ])
  },
}

/** Of equal form for every architecture, with its name as `uname -m` and makepkg's CARCH write it. */
function archiveName(
  { worker, release, variant }: PackageSubject,
  { arch, format }: Pick<Binary, 'arch' | 'format'>,
): string {
  return `${worker.id}-${release.version}-${variant.name}-${arch}.${format}`
}

function sourceLines(subject: PackageSubject, binary: Binary): string[] {
  return [
    bashArray(`source_${binary.arch}`, [`${archiveName(subject, binary)}::${binary.url}`]),
    bashArray(`sha256sums_${binary.arch}`, [binary.sha256]),
  ]
}

function packageBody(subject: PackageSubject, binaries: readonly Binary[]): string[] {
  const folder = `"$pkgdir"${payloadFolder(subject)}`
  return [
    `install -d ${folder}`,
    ...unpackingLines(subject, binaries, folder),
    ...launcherLines(subject),
    `if [ -f ${folder}/LICENSE ]; then`,
    `  install -Dm644 ${folder}/LICENSE "$pkgdir/usr/share/licenses/$pkgname/LICENSE"`,
    'fi',
  ]
}

function unpackingLines(subject: PackageSubject, binaries: readonly Binary[], folder: string): string[] {
  const { worker, release, variant } = subject
  const formats = new Set(binaries.map(({ format }) => format))
  const [format] = formats
  const stem = `"$srcdir/${worker.id}-${release.version}-${variant.name}-$CARCH"`
  // One release may keep its architectures in different compressions.
  const archive = formats.size === 1 ? `${stem}.${format}` : `${stem}.tar.*`
  return [`bsdtar --no-same-owner -xf ${archive} -C ${folder}`]
}
