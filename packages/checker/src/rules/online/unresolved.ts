import type { SourceAttempt } from '../../online/fetch-sources.ts'
import type { Rule } from '../../rule.ts'

/** A name that nobody has is free for somebody to take. */
export const hostUnresolved: Rule<readonly SourceAttempt[]> = {
  id: 'host-unresolved',
  severity: 'error',
  summary: 'hosts of sources exist (asked with --online)',
  check: (attempts) =>
    attempts.flatMap(({ file, line, outcome }) =>
      outcome.kind === 'unresolved'
        ? [
            {
              file,
              line,
              reason: `the host ${outcome.host} cannot be found`,
              cure: 'name a host that exists',
            },
          ]
        : [],
    ),
}
