import type { Version } from '@rbee/schema'
import { homepageOf } from '../homepage.ts'
import { bashArray, bashValue } from '../languages/bash.ts'
import { commentText } from '../languages/invisible.ts'
import type { PackageFile, PackageSubject } from '../package-file.ts'
import { type ArchFields, srcinfoText } from './srcinfo.ts'

/** A package of Arch Linux, from which its PKGBUILD and its .SRCINFO are written. */
export interface ArchPackage {
  /** What a reader of the file should know of how it came about. */
  readonly remark: string
  readonly pkgname: string
  /** Arrays of PKGBUILD(5) in the order of the file; those of one architecture have its name at their end. */
  readonly arrays: Readonly<Record<string, readonly string[]>>
  /** Lines before the arrays, and lines after them: not for the .SRCINFO. */
  readonly guard?: readonly string[]
  readonly settings?: readonly string[]
  /** Bodies by name, in the order of the file; those without a line are left out. */
  readonly functions: Readonly<Record<string, readonly string[]>>
}

/** One field a line: the reader of earlier clients goes by lines. */
export function archPackageFile(subject: PackageSubject, description: ArchPackage): PackageFile {
  const { worker, release, variant } = subject
  const fields = fieldsOf(subject, description)
  const arrays = Object.entries(description.arrays).filter(([, values]) => values.length > 0)
  const lines = [
    `# ${commentText(`${worker.name} ${release.version}, variant ${variant.name}`)}`,
    `# ${commentText(description.remark)}`,
    ...Object.entries(fields).map(([name, value]) => `${name}=${bashValue(value)}`),
    ...(description.guard ?? []),
    ...arrays.map(([name, values]) => bashArray(name, values)),
    ...(description.settings ?? []),
    ...Object.entries(description.functions).flatMap(([name, body]) => bashFunction(name, body)),
  ]
  return {
    fileName: 'PKGBUILD',
    contentType: 'text/plain; charset=utf-8',
    text: `${lines.join('\n')}\n`,
    srcinfo: srcinfoText(fields, new Map(arrays)),
  }
}

function fieldsOf(subject: PackageSubject, { pkgname }: ArchPackage): ArchFields {
  const { worker, release } = subject
  return {
    pkgname,
    pkgver: packageVersion(release.version),
    pkgrel: '1',
    pkgdesc: worker.description,
    url: homepageOf(subject),
  }
}

/** A version as `pkgver`, which may hold no hyphen (PKGBUILD(5)). */
export function packageVersion(version: Version): string {
  return version.replaceAll('-', '_')
}

/** Brace on the line of the name, never on one line: the reader of earlier clients knows functions by that. */
function bashFunction(name: string, body: readonly string[]): string[] {
  return body.length === 0 ? [] : ['', `${name}() {`, ...body.map((line) => `  ${line}`), '}']
}

/**
 * What the packages of one worker say of each other: every one of them is the worker, and installs the same program, so
 * that there can be only one at a time.
 */
export function relations({ worker, address }: PackageSubject): Pick<ArchPackage['arrays'], string> {
  return { provides: [...new Set([worker.id, address])], conflicts: [worker.id] }
}
