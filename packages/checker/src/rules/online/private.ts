import type { SourceAttempt } from '../../online/fetch-sources.ts'
import type { Rule } from '../../rule.ts'

/** A public name may lead into the network of whoever asks. */
export const hostPrivate: Rule<readonly SourceAttempt[]> = {
  id: 'host-private',
  severity: 'error',
  summary: 'hosts of sources have public addresses (asked with --online)',
  check: (attempts) =>
    attempts.flatMap(({ file, line, outcome }) =>
      outcome.kind === 'private'
        ? [
            {
              file,
              line,
              reason: `the host ${outcome.host} leads to ${outcome.address}, which is not public`,
              cure: 'name a host of the public network',
            },
          ]
        : [],
    ),
}
