import type { CheckFinding } from '@rbee/checker'

/**
 * Findings as workflow commands, which GitHub shows beside the lines of a pull request. Values are escaped as its toolkit
 * does (actions/toolkit, packages/core/src/command.ts): text of a stranger can end neither the command nor a property.
 */
export function githubCommands(findings: readonly CheckFinding[]): readonly string[] {
  return findings.map(({ severity, file, line, rule, reason, cure }) => {
    const properties = [`file=${property(file)}`, `line=${line}`, `title=${property(rule)}`]
    return `::${severity} ${properties.join(',')}::${data(`${reason} (${cure})`)}`
  })
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
