import type { SourceAttempt } from '../../online/fetch-sources.ts'
import type { Rule } from '../../rule.ts'

/** The bytes that were reviewed are not those that are handed out. */
export const sumMismatch: Rule<readonly SourceAttempt[]> = {
  id: 'sum-mismatch',
  severity: 'error',
  summary: 'downloads are what their checksums say (asked with --online)',
  check: (attempts) =>
    attempts.flatMap(({ file, line, outcome }) =>
      outcome.kind === 'mismatch'
        ? [
            {
              file,
              line,
              reason: `the download from ${outcome.host} has another checksum in ${outcome.sum}: ${outcome.actual}`,
              cure: 'find out why; only if the new bytes are right, write their checksum',
            },
          ]
        : [],
    ),
}
