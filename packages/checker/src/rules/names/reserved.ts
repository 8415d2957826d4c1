import type { Problem, Rule } from '../../rule.ts'
import type { CheckedWorker } from '../../worker/checked-worker.ts'
import { nameProblems } from '../../worker/name-problems.ts'
import { problemsWith } from '../../worker/read-problems.ts'

/** Words that mean something else in an address, and the forms that belong to official workers. */
export const nameReserved: Rule<CheckedWorker> = {
  id: 'name-reserved',
  severity: 'error',
  summary: 'no id is a reserved word or has the form of an official one',
  check: (worker): readonly Problem[] => [
    ...problemsWith(worker, ['name_reserved'], 'choose another id'),
    ...nameProblems(worker, 'name_reserved'),
  ],
}
