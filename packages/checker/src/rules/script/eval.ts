import type { Problem, Rule } from '../../rule.ts'
import type { CheckedWorker } from '../../worker/checked-worker.ts'
import { inDeeds } from '../../worker/script-problems.ts'

/** A text that is put together and then run can be anything. */
export const evalCommand: Rule<CheckedWorker> = {
  id: 'eval',
  severity: 'error',
  summary: 'no script uses eval',
  check: (worker): readonly Problem[] =>
    inDeeds(worker, ({ calls }) =>
      calls
        .filter(({ program }) => program === 'eval')
        .map(({ place }) => ({
          line: place.line,
          reason: 'eval runs a text as a command',
          cure: 'write the command itself; use an array for words that are put together',
        })),
    ),
}
