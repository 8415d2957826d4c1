import type { PackageSubject } from '../package-file.ts'

/** The `options` by which makepkg leaves files as they are: programs may carry what it would strip or take away. */
export const UNTOUCHED = [
  '!strip',
  '!debug',
  '!purge',
  '!zipman',
  'docs',
  'libtool',
  'staticlibs',
  'emptydirs',
]

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
  const launcher = `"$pkgdir/usr/bin/${program}"`
  return [
    'install -d "$pkgdir/usr/bin"',
    `printf '#!/bin/sh\\nexec ${payloadFolder(subject)}/bin/${program} "$@"\\n' > ${launcher}`,
    `chmod 755 ${launcher}`,
  ]
}
