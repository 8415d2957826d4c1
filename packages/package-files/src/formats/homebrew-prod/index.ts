import { type Binary, binariesOf } from '../../binaries.ts'
import { formulaFile, indented } from '../../homebrew/formula.ts'
import { rubyString } from '../../languages/ruby.ts'
import { madeOfBinaries } from '../../materials.ts'
import type { PackageSubject } from '../../package-file.ts'

/**
 * A formula that installs the archives of the registry: for macOS, and for Linux where the release has those, too. Without
 * a binary for macOS there is none.
 */
export const homebrewProd = madeOfBinaries('macos', (subject, binaries) => {
  const systems = [
    { block: 'on_macos', binaries },
    { block: 'on_linux', binaries: binariesOf(subject, 'linux') },
  ]
  return formulaFile(subject, {
    name: subject.name ?? subject.address,
    remark: 'Generated from a release of the registry; the archives are those that it serves.',
    fields: systems.flatMap(({ block, binaries }) => systemLines(subject, block, binaries)),
    install: [
      'libexec.install Dir["*"]',
      `bin.write_exec_script libexec/"bin"/${rubyString(subject.release.binary_name)}`,
    ],
  })
})

function systemLines(subject: PackageSubject, block: string, binaries: readonly Binary[]): string[] {
  if (binaries.length === 0) return []
  return [
    '',
    `${block} do`,
    ...indented(
      binaries.flatMap((binary) => binaryLines(subject, binary)),
      1,
    ),
    'end',
  ]
}

function binaryLines(subject: PackageSubject, { arch, url, sha256 }: Binary): string[] {
  return [
    `${arch === 'aarch64' ? 'on_arm' : 'on_intel'} do`,
    `  url ${rubyString(url)}${headerOption(subject)}`,
    `  sha256 ${rubyString(sha256)}`,
    'end',
  ]
}

/** Of its users' variables, Homebrew hands on those whose names begin with its own. */
function headerOption({ release }: PackageSubject): string {
  if (!release.distribution.requires_license) return ''
  return ', header: "Authorization: Bearer #{ENV.fetch("HOMEBREW_RBEE_LICENSE_KEY", "")}"'
}
