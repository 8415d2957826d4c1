import type { Severity } from '../rule.ts'
import { ONLINE_RULES, SUBMISSION_RULES, WORKER_RULES } from './index.ts'

/** A rule as it is told to other programs. */
export interface RuleSummary {
  readonly id: string
  readonly severity: Severity
  readonly summary: string
}

/** What is asked of another program, where it is installed. */
const SHELLCHECK: RuleSummary = {
  id: 'shellcheck',
  severity: 'warning',
  summary: 'shellcheck finds nothing seriously wrong with a PKGBUILD',
}

/** Every rule that a finding may be of. */
export const RULES: readonly RuleSummary[] = [
  ...[...WORKER_RULES, ...SUBMISSION_RULES, ...ONLINE_RULES].map(({ id, severity, summary }) => ({
    id,
    severity,
    summary,
  })),
  SHELLCHECK,
]
