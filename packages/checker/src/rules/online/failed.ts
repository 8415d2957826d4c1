import type { SourceAttempt } from '../../online/fetch-sources.ts'
import type { Rule } from '../../rule.ts'

/** What cannot be fetched cannot be built. */
export const downloadFailed: Rule<readonly SourceAttempt[]> = {
  id: 'download-failed',
  severity: 'error',
  summary: 'downloads that have a checksum can be fetched (asked with --online)',
  check: (attempts) =>
    attempts.flatMap(({ file, line, outcome }) =>
      outcome.kind === 'failed'
        ? [
            {
              file,
              line,
              reason: `the download from ${outcome.host} fails: ${outcome.reason}`,
              cure: 'correct the address, or try again later',
            },
          ]
        : [],
    ),
}
