import { homepageOf } from '../homepage.ts'
import { commentText } from '../languages/invisible.ts'
import { rubyString } from '../languages/ruby.ts'
import type { PackageFile, PackageSubject } from '../package-file.ts'
import { formulaClass } from './class-name.ts'
import { formulaLicence } from './licence.ts'

/** What a formula states of a worker, and what it does. */
export interface Formula {
  /** By which it is installed; its file has this name, too. */
  readonly name: string
  readonly remark: string
  /** What follows the fields that describe the worker: where it comes from, and what it needs. */
  readonly fields: readonly string[]
  readonly install: readonly string[]
}

export function formulaFile(
  subject: PackageSubject,
  { name, remark, fields, install }: Formula,
): PackageFile {
  const { worker, release, variant } = subject
  const program = rubyString(release.binary_name)
  const lines = [
    // Ruby takes the encoding of the file from a comment on its first line, whatever else stands there: no place for a name.
    `# ${commentText(remark)}`,
    `# ${commentText(`${worker.name} ${release.version}, variant ${variant.name}`)}`,
    `class ${formulaClass(name)} < Formula`,
    `  desc ${rubyString(worker.description)}`,
    `  homepage ${rubyString(homepageOf(subject))}`,
    `  version ${rubyString(release.version)}`,
    `  license ${formulaLicence(release.license)}`,
    ...indented(fields, 1),
    '',
    '  def install',
    ...indented(install, 2),
    '  end',
    '',
    '  test do',
    `    assert_predicate bin/${program}, :executable?`,
    ...selfTestLines(subject),
    '  end',
    'end',
  ]
  return {
    fileName: `${name}.rb`,
    contentType: 'text/plain; charset=utf-8',
    text: `${lines.join('\n')}\n`,
    srcinfo: null,
  }
}

export function indented(lines: readonly string[], levels: number): string[] {
  return lines.map((line) => (line === '' ? '' : '  '.repeat(levels) + line))
}

/** The worker's own proof, where it is one of the program that is installed. */
function selfTestLines({ release }: PackageSubject): string[] {
  const [program, ...options] = release.selftest?.command ?? []
  if (program !== `bin/${release.binary_name}`) return []
  const words = [`bin/${rubyString(release.binary_name)}`, ...options.map(rubyString)]
  return [`    system ${words.join(', ')}`]
}
