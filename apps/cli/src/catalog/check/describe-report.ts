import type { CheckFinding } from '@rbee/checker'
import { counted } from '../../program/counted.ts'
import type { Terminal } from '../../program/terminal.ts'

type Colors = Terminal['colors']

/**
 * Findings for people, one paragraph each:
 *
 *     error[pipe-to-shell] workers/x/PKGBUILD:12: sh runs what another command writes
 *       cure: put the script into source=() with its checksum, and run that file
 */
export function describeFindings(findings: readonly CheckFinding[], colors: Colors): readonly string[] {
  return findings.map((finding) => {
    const { rule, severity, file, line, reason, cure } = finding
    const paint = severity === 'error' ? colors.red : colors.yellow
    const head = paint(severity === 'error' ? `error[${rule}]` : `warning[${rule}]`)
    return `${head} ${colors.bold(`${oneLine(file)}:${line}`)}: ${oneLine(reason)}\n  cure: ${oneLine(cure)}`
  })
}

/** `2 errors, 1 warning in 3 workers` */
export function countsOf(findings: readonly CheckFinding[], workers: number): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length
  const warnings = findings.length - errors
  return `${counted(errors, 'error')}, ${counted(warnings, 'warning')} in ${counted(workers, 'worker')}`
}

/** Names of files are a stranger's: none of them may begin a line of its own. */
function oneLine(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '?')
}
