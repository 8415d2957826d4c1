import type { Problem, Rule } from '../../rule.ts'
import type { CheckedWorker } from '../../worker/checked-worker.ts'
import { inScripts } from '../../worker/script-problems.ts'

/** What is fetched has to be known before anybody builds. */
export const sourceUnknown: Rule<CheckedWorker> = {
  id: 'source-unknown',
  severity: 'error',
  summary: 'every source and checksum is known without running the file',
  check: (worker): readonly Problem[] =>
    inScripts(worker, ({ sources }) =>
      sources.flatMap(({ reason, field, line, sums }) => [
        ...(reason === null ? [] : [untold(field, reason, line)]),
        ...sums.flatMap(({ kind, value }) =>
          value.known ? [] : [untold(field.replace('source', kind), value.reason, value.line)],
        ),
      ]),
    ),
}

function untold(field: string, reason: string, line: number) {
  return { line, reason: `an item of ${field} ${reason}`, cure: 'write the value out' }
}
