import {
  buildLines,
  fetchLines,
  makeDependencies,
  payloadLines,
  runDependencies,
} from '../../arch/building.ts'
import { gitSource, workerFolder } from '../../arch/git-source.ts'
import { UNTOUCHED } from '../../arch/layout.ts'
import { archPackageFile, relations } from '../../arch/package.ts'
import { madeOfSource } from '../../materials.ts'

/**
 * A PKGBUILD that builds the variant from the commit of the release: `ID-git`. Whatever has to be fetched is fetched in
 * prepare(), so that build() and package() can do without a network.
 */
export const archDev = madeOfSource('linux', (subject, { architectures, source, plan }) => {
  const enter = `cd ${workerFolder(subject, source)}`
  const fetching = fetchLines(subject, source, plan)
  return archPackageFile(subject, {
    remark: 'Generated from a release of the registry; builds its source.',
    pkgname: subject.name ?? `${subject.address}-git`,
    arrays: {
      arch: architectures,
      license: [subject.release.license],
      depends: runDependencies(subject, plan),
      makedepends: makeDependencies(plan),
      ...relations(subject),
      // What cargo makes is a program like all others.
      options: plan.kind === 'cargo' ? [] : UNTOUCHED,
      ...gitSource(subject, source),
    },
    functions: {
      prepare: fetching.length === 0 ? [] : [enter, ...fetching],
      build: [enter, ...buildLines(subject, source, plan, { offline: true })],
      package: payloadLines(subject, source, plan),
    },
  })
})
