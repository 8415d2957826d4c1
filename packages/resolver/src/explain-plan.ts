import type { InstallPlan } from '@rbee/schema'
import { sizeText } from './size-text.ts'

/**
 * The lines that people read of a plan: what was chosen and why, what to know about it, and what stands against every
 * other variant. Holds no control characters, whatever a driver or a registry put into a name.
 */
export function explainPlan(plan: InstallPlan): string[] {
  const lines = [
    ...describeChoice(plan),
    ...plan.warnings.map(({ message }) => `warning: ${message}`),
    ...(plan.rejected.length === 0 ? [] : ['not chosen:']),
    ...plan.rejected.map(({ code, reason }) => `  ${reason} [${code}]`),
  ]
  return lines.map((line) => line.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' '))
}

function describeChoice({ worker, version, variant, platform, artifact, reason }: InstallPlan): string[] {
  if (variant === null || artifact === null) return [reason]
  const download = `${sizeText(artifact.size)} to download, ${sizeText(artifact.unpacked_size)} on disk`
  return [`${worker} ${version}: ${variant} for ${platform} (${download})`, `  ${reason}`]
}
