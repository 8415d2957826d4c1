import {
  buildLines,
  fetchLines,
  makeDependencies,
  payloadLines,
  runDependencies,
} from '../../arch/building.ts'
import { gitSourceLines, workerFolder } from '../../arch/git-source.ts'
import { bashFunction, headLines, pkgbuildFile, relationLines } from '../../arch/pkgbuild.ts'
import { requireBuildPlan } from '../../build-plan.ts'
import { bashArray, presentArray } from '../../languages/bash.ts'
import type { PackageFileFormat } from '../../package-file.ts'
import { requireArchitectures } from '../../platforms.ts'
import { requireGitSource } from '../../source.ts'

/**
 * A PKGBUILD that builds the variant from the commit of the release: `ID-git`. Whatever has to be fetched is fetched in
 * prepare(), so that build() and package() can do without a network.
 */
export const archDev: PackageFileFormat = {
  write(subject) {
    const architectures = requireArchitectures(subject, 'linux')
    const source = requireGitSource(subject)
    const plan = requireBuildPlan(subject)
    const enter = `cd ${workerFolder(subject, source)}`
    const fetching = fetchLines(subject, source, plan)
    return pkgbuildFile([
      ...headLines(subject, {
        pkgname: subject.name ?? `${subject.address}-git`,
        architectures,
        license: [subject.release.license],
        remark: 'Generated from a release of the registry; builds its source.',
      }),
      ...presentArray('depends', runDependencies(subject, plan)),
      bashArray('makedepends', makeDependencies(plan)),
      ...relationLines(subject),
      ...gitSourceLines(subject, source),
      ...(fetching.length === 0 ? [] : bashFunction('prepare', [enter, ...fetching])),
      ...bashFunction('build', [enter, ...buildLines(subject, source, plan, { offline: true })]),
      ...bashFunction('package', payloadLines(subject, source, plan)),
    ])
  },
}
