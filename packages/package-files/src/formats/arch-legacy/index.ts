import { buildLines, fetchLines, makeDependencies, runDependencies } from '../../arch/building.ts'
import { gitSourceLines, workerFolder } from '../../arch/git-source.ts'
import { legacyPayloadLines } from '../../arch/legacy-payload.ts'
import { bashFunction, headLines, pkgbuildFile } from '../../arch/pkgbuild.ts'
import { requireBuildPlan } from '../../build-plan.ts'
import { bashArray, presentArray } from '../../languages/bash.ts'
import type { PackageFileFormat } from '../../package-file.ts'
import { requireArchitectures } from '../../platforms.ts'
import { requireGitSource } from '../../source.ts'

/**
 * The PKGBUILD for clients of earlier catalogs, which read it line by line, know no makepkg, and run build() and package()
 * with five variables: a package of the worker's own name whose program lies in `/usr/local/bin/<pkgname>`. makepkg builds
 * it as well.
 */
export const archLegacy: PackageFileFormat = {
  write(subject) {
    const architectures = requireArchitectures(subject, 'linux')
    const source = requireGitSource(subject)
    const plan = requireBuildPlan(subject)
    return pkgbuildFile([
      ...headLines(subject, {
        pkgname: subject.name ?? subject.address,
        architectures,
        license: licenceNames(subject.release.license),
        remark:
          'Generated from a release of the registry, for clients of earlier catalogs; builds its source.',
      }),
      ...presentArray('depends', runDependencies(subject, plan)),
      bashArray('makedepends', makeDependencies(plan)),
      ...gitSourceLines(subject, source),
      ...bashFunction('build', [
        `cd ${workerFolder(subject, source)}`,
        ...fetchLines(subject, source, plan),
        ...buildLines(subject, source, plan, { offline: false }),
      ]),
      ...bashFunction('package', legacyPayloadLines(subject, source, plan)),
    ])
  },
}

/** The names in an SPDX expression: the reader splits arrays at blanks, quoted or not. */
function licenceNames(expression: string): string[] {
  const names = expression
    .split(/[()]|\s+(?:AND|OR)\s+/i)
    .map((name) => name.trim().replace(/\s+WITH\s+/i, '-with-'))
    .filter((name) => name !== '')
  return [...new Set(names)]
}
