import { buildLines, fetchLines, makeDependencies, runDependencies } from '../../arch/building.ts'
import { gitSource, workerFolder } from '../../arch/git-source.ts'
import { legacyPayloadLines } from '../../arch/legacy-payload.ts'
import { archPackageFile } from '../../arch/package.ts'
import { madeOfSource } from '../../materials.ts'

/**
 * The PKGBUILD for clients of earlier catalogs, which read it line by line, know no makepkg, and run build() and package()
 * with five variables: a package of the worker's own name whose program lies in `/usr/local/bin/<pkgname>`. makepkg builds
 * it as well.
 */
export const archLegacy = madeOfSource('linux', (subject, { architectures, source, plan }) => {
  return archPackageFile(subject, {
    remark: 'Generated from a release of the registry, for clients of earlier catalogs; builds its source.',
    pkgname: subject.name ?? subject.address,
    arrays: {
      arch: architectures,
      license: licenceNames(subject.release.license),
      depends: runDependencies(subject, plan),
      makedepends: makeDependencies(plan),
      ...gitSource(subject, source),
    },
    functions: {
      build: [
        `cd ${workerFolder(subject, source)}`,
        ...fetchLines(subject, source, plan),
        ...buildLines(subject, source, plan, { offline: false }),
      ],
      package: legacyPayloadLines(subject, source, plan),
    },
  })
})

/** The names in an SPDX expression: the reader splits arrays at blanks, quoted or not. */
function licenceNames(expression: string): string[] {
  const names = expression
    .split(/[()]|\s+(?:AND|OR)\s+/i)
    .map((name) => name.trim().replace(/\s+WITH\s+/i, '-with-'))
    .filter((name) => name !== '')
  return [...new Set(names)]
}
