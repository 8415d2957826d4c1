import type { Rule } from '../../rule.ts'
import type { CheckedWorker } from '../../worker/checked-worker.ts'
import { nameProblems } from '../../worker/name-problems.ts'

/** An id, with a variant's name behind it where there are several, is an address. */
export const nameInvalid: Rule<CheckedWorker> = {
  id: 'name-invalid',
  severity: 'error',
  summary: 'ids are at most 100 lower-case letters, digits and hyphens',
  check: (worker) => nameProblems(worker, 'invalid_id'),
}
