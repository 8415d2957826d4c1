import type { Architecture, Version } from '@rbee/schema'
import { bashArray, bashWord } from '../languages/bash.ts'
import { commentText } from '../languages/invisible.ts'
import type { PackageFile, PackageSubject } from '../package-file.ts'

/** What every PKGBUILD begins with. */
export interface PkgbuildHead {
  readonly pkgname: string
  readonly architectures: readonly Architecture[]
  readonly license: readonly string[]
  /** What its reader should know of how it came about. */
  readonly remark: string
}

/** The fields that describe a package, one a line: the reader of earlier clients goes by lines. */
export function headLines(
  { worker, release, variant, origin }: PackageSubject,
  head: PkgbuildHead,
): string[] {
  return [
    `# ${commentText(`${worker.name} ${release.version}, variant ${variant.name}`)}`,
    `# ${commentText(head.remark)}`,
    `pkgname=${head.pkgname}`,
    `pkgver=${packageVersion(release.version)}`,
    'pkgrel=1',
    `pkgdesc=${bashWord(worker.description)}`,
    bashArray('arch', head.architectures),
    `url=${bashWord(worker.homepage ?? worker.repository ?? worker.documentation ?? origin + worker.url)}`,
    bashArray('license', head.license),
  ]
}

/** PKGBUILD(5): a version may hold no hyphen. */
export function packageVersion(version: Version): string {
  return version.replaceAll('-', '_')
}

export function pkgbuildFile(lines: readonly string[]): PackageFile {
  return { fileName: 'PKGBUILD', contentType: 'text/plain; charset=utf-8', text: `${lines.join('\n')}\n` }
}

/** A function of a PKGBUILD: brace on the line of its name, never on one line. */
export function bashFunction(name: string, body: readonly string[]): string[] {
  return ['', `${name}() {`, ...body.map((line) => `  ${line}`), '}']
}

/**
 * What the packages of one worker say of each other: every one of them is the worker, and installs the same program, so
 * that there can be only one at a time.
 */
export function relationLines({ worker, address }: PackageSubject): string[] {
  const names = [...new Set([worker.id, address])]
  return [bashArray('provides', names), bashArray('conflicts', [worker.id])]
}

/** Where the files of a worker lie on an installed system. */
export function payloadFolder({ worker }: PackageSubject): string {
  return `/usr/lib/rbee/${worker.id}`
}

/**
 * Writes `/usr/bin/<program>`: a program may look for what it needs beside itself, which a link would lead astray.
 * Ids and names of programs hold nothing that a shell would understand.
 */
export function launcherLines(subject: PackageSubject): string[] {
  const program = subject.release.binary_name
  const launcher = `"$pkgdir"/usr/bin/${program}`
  return [
    'install -d "$pkgdir/usr/bin"',
    `printf '#!/bin/sh\\nexec ${payloadFolder(subject)}/bin/${program} "$@"\\n' > ${launcher}`,
    `chmod 755 ${launcher}`,
  ]
}
