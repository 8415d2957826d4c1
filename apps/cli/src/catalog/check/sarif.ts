import type { CheckFinding, RuleSummary } from '@rbee/checker'
import type { Log } from 'sarif'

/**
 * Findings as one SARIF 2.1.0 log (OASIS, sarif-v2.1.0), which code hosts and editors read.
 *
 * @param rules what findings may be of.
 */
export function sarifLog(
  findings: readonly CheckFinding[],
  rules: readonly RuleSummary[],
  version: string,
): Log {
  const used = rules.filter(({ id }) => findings.some(({ rule }) => rule === id))
  const others = [...new Set(findings.map(({ rule }) => rule))].filter(
    (id) => !rules.some((rule) => rule.id === id),
  )
  const listed = [...used, ...others.map((id) => ({ id, severity: 'warning' as const, summary: id }))]
  const places = new Map(listed.map(({ id }, index) => [id, index]))
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'rbee-catalog check',
            semanticVersion: version,
            rules: listed.map(({ id, severity, summary }) => ({
              id,
              shortDescription: { text: summary },
              defaultConfiguration: { level: severity },
            })),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: findings.map(({ rule, severity, file, line, reason, cure }) => ({
          ruleId: rule,
          ruleIndex: places.get(rule) ?? -1,
          level: severity,
          message: { text: `${reason}. ${cure}` },
          locations: [
            {
              physicalLocation: {
                artifactLocation: {
                  uri: file.split('/').map(encodeURIComponent).join('/'),
                  uriBaseId: '%SRCROOT%',
                },
                region: { startLine: line },
              },
            },
          ],
        })),
      },
    ],
  }
}
