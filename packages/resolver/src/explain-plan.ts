import type { InstallPlan, Rejection } from '@rbee/schema'
import { sizeText } from './size-text.ts'

/**
 * The lines that people read of a plan: what was chosen and why, what to know about it, and what stands against every
 * other variant. Holds no control characters, whatever a driver or a registry put into a name.
 */
export function explainPlan(plan: InstallPlan): string[] {
  const lines = [
    headline(plan),
    `  ${plan.reason}`,
    ...plan.warnings.map(({ message }) => `warning: ${message}`),
    ...(plan.rejected.length === 0 ? [] : ['not chosen:', ...plan.rejected.map(describeRejection)]),
  ]
  return lines.map((line) => line.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' '))
}

function headline({ worker, version, variant, platform, artifact }: InstallPlan): string {
  if (variant === null || artifact === null)
    return `${worker} ${version}: nothing fits this host (${platform})`
  const download = `${sizeText(artifact.size)} to download, ${sizeText(artifact.unpacked_size)} on disk`
  return `${worker} ${version}: ${variant} for ${platform} (${download})`
}

function describeRejection({ code, need, have, reason }: Rejection): string {
  return `  ${reason} [${code}: needs ${need}, has ${have}]`
}
