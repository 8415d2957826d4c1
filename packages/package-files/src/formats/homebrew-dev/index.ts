import type { BuildPlan } from '../../build-plan.ts'
import { buildLines, buildTools } from '../../homebrew/building.ts'
import { formulaFile } from '../../homebrew/formula.ts'
import { rubyString } from '../../languages/ruby.ts'
import { madeOfSource } from '../../materials.ts'
import type { GitSource } from '../../source.ts'

/** A formula that builds the variant from the commit of the release: `ID-git`. */
export const homebrewDev = madeOfSource('macos', (subject, { architectures, source, plan }) => {
  const [only] = architectures
  return formulaFile(subject, {
    name: subject.name ?? `${subject.address}-git`,
    remark: 'Generated from a release of the registry; builds its source.',
    fields: [
      `url ${sourceArguments(source)}`,
      '',
      ...(architectures.length === 1
        ? [`depends_on arch: ${only === 'aarch64' ? ':arm64' : ':x86_64'}`]
        : []),
      ...dependencyLines(plan),
    ],
    install: buildLines(subject, source, plan),
  })
})

function sourceArguments({ url, revision }: GitSource): string {
  const option = revision.kind === 'commit' ? 'revision' : 'tag'
  return `${rubyString(url)}, using: :git, ${option}: ${rubyString(revision.name)}`
}

function dependencyLines(plan: BuildPlan): string[] {
  return buildTools(plan).map(
    ({ formula, atRunTime }) => `depends_on ${rubyString(formula)}${atRunTime ? '' : ' => :build'}`,
  )
}
