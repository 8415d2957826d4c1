import type { BuildLimits } from '../../hive/source-build/limits.ts'
import type { CommandContext } from '../../program/command.ts'
import { formatBytes, formatDuration } from '../../program/terminal.ts'
import { targetName } from '../targets.ts'
import type { Difference, FileFacts } from './compare-artifact.ts'
import type { RebuildPlan, RebuildSource } from './rebuild-plan.ts'
import type { RebuildResult } from './rebuild-result.ts'

/** What would be done, in lines for people. */
export function describeRebuild(plan: RebuildPlan, limits: BuildLimits): string[] {
  const scope = `at most ${formatDuration(limits.seconds)}, ${formatBytes(limits.memory)} of memory, ${formatBytes(limits.disk)} on disk`
  const network = plan.missing_protection.some(({ code }) => code === 'network')
  const where =
    plan.sandbox === null
      ? 'without a sandbox'
      : `in bubblewrap: read-only system, empty home, ${network ? 'network only to fetch what its lock file names' : 'no network'}`
  return [
    `${plan.worker} ${plan.version} ${targetName(plan)}, published as ${plan.published.digest}`,
    `  is built once more from ${describeSource(plan.source)}`,
    `  with the command that its manifest states there, ${where}; ${scope}`,
  ]
}

function describeSource({ named_by, repository, commit, folder }: RebuildSource): string {
  const at = commit === null ? 'the folder as it stands' : `commit ${commit}`
  const of = repository === null ? '' : ` of ${repository}`
  const inside = folder === null || folder === '' ? '' : `, folder ${folder}`
  switch (named_by) {
    case 'provenance':
      return `${at}${of}${inside} (its publisher signed that)`
    case 'registry':
      return `${at}${of}${inside} (the registry says so)`
    case 'folder':
      return `${at}${of}${inside} (as you named it)`
  }
}

const MAX_SHOWN = 20

/** What people read afterwards. */
export function viewRebuild(result: RebuildResult, { terminal }: CommandContext): string {
  const name = `${result.worker} ${result.version} ${targetName(result)}`
  if (result.verdict === 'reproduced') {
    const line = `${terminal.colors.green('✓')} ${name} is reproduced: ${result.rebuilt.digest}`
    return [line, ...viewAttestation(result)].join('\n')
  }
  return [
    `${terminal.colors.red('✗')} ${name} comes out otherwise (rebuild_differs)`,
    `  published  ${result.published.digest}  ${formatBytes(result.published.unpacked_size)}`,
    `  rebuilt    ${result.rebuilt.digest}  ${formatBytes(result.rebuilt.unpacked_size)}`,
    ...viewDifferences(result).map((line) => `  ${line}`),
    `what the build printed: ${result.log}`,
    ...viewAttestation(result),
  ].join('\n')
}

function viewAttestation({ attestation }: RebuildResult): string[] {
  if (attestation === null) return []
  const { agree, disagree } = attestation.counts
  return [
    `attested with the key ${attestation.key_id} as ${attestation.account}; of independent rebuilders ${agree} agree and ${disagree} do not`,
  ]
}

function viewDifferences({ differences, not_compared: missing }: RebuildResult): string[] {
  if (missing !== null) return [`the files are not compared: ${missing.message} (${missing.code})`]
  if (differences === null) return []
  if (differences.only_packing)
    return [
      'all files are the same: only the archives around them differ, in their order or what headers say',
    ]
  const shown = differences.files.slice(0, MAX_SHOWN).map(viewDifference)
  const more = differences.total - shown.length
  return [...shown, ...(more > 0 ? [`and ${more} more; --json lists up to 200`] : [])]
}

function viewDifference(difference: Difference): string {
  switch (difference.kind) {
    case 'only_published':
      return `${difference.name}  only in what is published (${viewFacts(difference.published)})`
    case 'only_rebuilt':
      return `${difference.name}  only in what was rebuilt (${viewFacts(difference.rebuilt)})`
    case 'changed': {
      const { name, published, rebuilt, first_difference: first } = difference
      const facts =
        viewFacts(published) === viewFacts(rebuilt)
          ? viewFacts(published)
          : `published ${viewFacts(published)}, rebuilt ${viewFacts(rebuilt)}`
      return `${name}  ${first === null ? 'same bytes' : `differs from byte ${first} on`} (${facts})`
    }
  }
}

function viewFacts({ type, size, executable }: FileFacts): string {
  if (type === 'directory') return 'a folder'
  return `${size} bytes${executable ? ', executable' : ''}`
}
