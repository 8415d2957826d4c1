import type { BuildPlan } from '../build-plan.ts'
import type { PackageSubject } from '../package-file.ts'
import type { GitSource } from '../source.ts'
import { cargoProgram, licenceLines, outputFolder } from './building.ts'

/**
 * package() for clients of earlier catalogs, which take `/usr/local/bin/<pkgname>` and perhaps nothing else: a program that
 * needs no other file is put there itself.
 */
export function legacyPayloadLines(subject: PackageSubject, source: GitSource, plan: BuildPlan): string[] {
  const place = '"$pkgdir/usr/local/bin/$pkgname"'
  const licences = licenceLines(subject, source)
  if (plan.kind === 'cargo') return [`install -Dm755 ${cargoProgram(subject)} ${place}`, ...licences]
  const output = outputFolder(subject, source, plan)
  const program = subject.release.binary_name
  const folder = `lib/rbee/${subject.worker.id}`
  return [
    `if [ -z "$(find ${output} -type f ! -name ${program})" ]; then`,
    `  install -Dm755 ${output}/bin/${program} ${place}`,
    'else',
    `  install -d "$pkgdir/usr/local/bin" "$pkgdir/usr/local/${folder}"`,
    `  cp -a ${output}/. "$pkgdir/usr/local/${folder}"`,
    // Runs wherever the two folders lie beside each other.
    `  printf '#!/bin/sh\\nexec "$(dirname "$(readlink -f "$0")")/../${folder}/bin/${program}" "$@"\\n' > ${place}`,
    `  chmod 755 ${place}`,
    'fi',
    ...licences,
  ]
}
