import type { Problem, Rule } from '../../rule.ts'
import type { CheckedWorker } from '../../worker/checked-worker.ts'
import { characterProblems } from '../../worker/text-problems.ts'

/** They show a line in another order than it is read by programs (CVE-2021-42574). */
export const bidiCharacter: Rule<CheckedWorker> = {
  id: 'bidi-character',
  severity: 'error',
  summary: 'no text holds characters that change the direction of writing',
  check: (worker): readonly Problem[] =>
    characterProblems(
      worker,
      /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u,
      'changes the direction of writing',
    ),
}
