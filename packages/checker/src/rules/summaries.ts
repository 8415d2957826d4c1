import type { Severity } from '../rule.ts'
import { SUBMISSION_RULES, WORKER_RULES } from './index.ts'

/** A rule as it is told to other programs. */
export interface RuleSummary {
  readonly id: string
  readonly severity: Severity
  readonly summary: string
}

/** Every rule that a finding may be of. */
export const RULES: readonly RuleSummary[] = [...WORKER_RULES, ...SUBMISSION_RULES].map(
  ({ id, severity, summary }) => ({ id, severity, summary }),
)
