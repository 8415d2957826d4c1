import type { CommandContext } from '../program/command.ts'
import { formatBytes } from '../program/terminal.ts'
import type { PlannedArtifact, PublishPlan, ReleaseState } from './plan.ts'
import type { PlannedSigning } from './provenance/signing.ts'
import type { PublishResult } from './publish.ts'
import { targetName } from './targets.ts'

/** What people read after a dry run. */
export function viewPlan(plan: PublishPlan, { terminal }: CommandContext): string {
  return [
    `${plan.worker} ${plan.version} (${plan.license}) to ${plan.registry}: ${STATE_TEXT[plan.release]}`,
    ...plan.artifacts.map((artifact) => `  ${targetName(artifact)}  ${describeArtifact(artifact)}`),
    ...(plan.signing === null ? [] : describeSigning(plan.signing).map((line) => `  ${line}`)),
    ...plan.warnings.map(({ message }) => `${terminal.colors.yellow('warning:')} ${message}`),
  ].join('\n')
}

/** Which key signs, and what is stated of where the artifacts come from. */
function describeSigning({ key, binds_key, source, builder, invocation }: PlannedSigning): string[] {
  const binding = binds_key ? ', which is bound to the worker with this release' : ''
  const place = [source.repository, source.ref].filter((part) => part !== null).join(' ')
  const origin = source.commit === null ? 'no source' : `${place} commit ${source.commit}`.trim()
  return [
    `signed by key ${key.key_id}${binding}`,
    `signed as from ${origin}${source.changed ? ', with uncommitted changes' : ''}`,
    `signed as built by ${invocation ?? builder}`,
  ]
}

const STATE_TEXT: Readonly<Record<ReleaseState, string>> = {
  absent: 'would be published',
  identical: 'is published already, with these very bytes',
  different: 'is published with other contents; a new version is needed',
  unknown: 'would be built and compared with what the registry has',
}

function describeArtifact({ command, folder, digest, unpacked_size, entries }: PlannedArtifact): string {
  if (digest === null || unpacked_size === null) return `built with: ${command?.join(' ') ?? 'nothing known'}`
  const origin = folder === null ? '' : `  from ${folder}`
  return `${digest}  ${formatBytes(unpacked_size)} in ${entries} files and folders${origin}`
}

/** What people read after publishing. */
export function viewResult(result: PublishResult, { terminal }: CommandContext): string {
  const name = `${result.worker} ${result.version}`
  const [head, next] =
    result.status === 'published'
      ? [`published ${name}`, `rbee-hive install ${result.worker} --auto`]
      : [`${name} is published already, nothing to do`, `rbee-hive info ${result.worker}`]
  return [
    `${terminal.colors.green('✓')} ${head}`,
    ...result.artifacts.map((artifact) => {
      const sizes = artifact.archives.map(({ format, size }) => `${format} ${formatBytes(size)}`).join(', ')
      return `  ${targetName(artifact)}  ${artifact.digest}  ${sizes}`
    }),
    ...(result.signing === null ? [] : describeSigning(result.signing).map((line) => `  ${line}`)),
    `  ${result.url}`,
    `next: ${next}`,
  ].join('\n')
}
