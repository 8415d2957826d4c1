import type { CheckFinding, Problem, Rule } from './rule.ts'

/** Findings of one rule about one thing; nobody reads more, and a hostile file could hold thousands. */
const MAX_FINDINGS_PER_RULE = 20

/** Asks every rule, and says where in the repository each problem lies. */
export async function applyRules<Subject>(
  rules: readonly Rule<Subject>[],
  subject: Subject,
  place: { readonly worker: string | null; inRepository(file: string): string },
): Promise<readonly CheckFinding[]> {
  const findings: CheckFinding[] = []
  const ordered = rules.toSorted(
    (a, b) => Number(a.onlyWithoutOthers ?? false) - Number(b.onlyWithoutOthers ?? false),
  )
  for (const rule of ordered) {
    const problems = distinct(await rule.check(subject)).slice(0, MAX_FINDINGS_PER_RULE)
    for (const problem of problems) {
      const finding = {
        rule: rule.id,
        severity: problem.severity ?? rule.severity,
        file: place.inRepository(problem.file),
        line: problem.line ?? 1,
        reason: problem.reason,
        cure: problem.cure,
        worker: place.worker,
      }
      if (!rule.onlyWithoutOthers || !isToldAlready(finding, problem, findings)) findings.push(finding)
    }
  }
  return findings
}

function isToldAlready(finding: CheckFinding, { line }: Problem, told: readonly CheckFinding[]): boolean {
  return told.some(
    (other) =>
      other.severity === 'error' &&
      other.file === finding.file &&
      (line == null || other.line === finding.line),
  )
}

function distinct(problems: readonly Problem[]): readonly Problem[] {
  const byPlace = new Map(
    problems.map((problem) => [`${problem.file} ${problem.line} ${problem.reason}`, problem]),
  )
  return [...byPlace.values()]
}

/** By file and line, errors before warnings. */
export function inOrder(findings: readonly CheckFinding[]): readonly CheckFinding[] {
  return findings.toSorted(
    (a, b) =>
      compare(a.file, b.file) ||
      a.line - b.line ||
      compare(a.severity, b.severity) ||
      compare(a.rule, b.rule),
  )
}

/** By code units, the same on every machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
