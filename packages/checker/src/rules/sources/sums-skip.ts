import type { Problem, Rule } from '../../rule.ts'
import type { CheckedWorker } from '../../worker/checked-worker.ts'
import { STRONG_SUMS } from '../../worker/declared-sources.ts'
import { inScripts } from '../../worker/script-problems.ts'

/** Version control has sums of its own; signatures are checked against the keys that the file names. */
export const sumsSkip: Rule<CheckedWorker> = {
  id: 'sums-skip',
  severity: 'error',
  summary: 'only sources under version control skip their checksum',
  check: (worker): readonly Problem[] =>
    inScripts(worker, ({ sources, variables }) => {
      const hasKeys = (variables.get('validpgpkeys')?.elements.length ?? 0) > 0
      return sources.flatMap(({ kind, address, sums, field }) => {
        const isSignature = hasKeys && /\.(?:sig|asc|sign)(?:[?#].*)?$/.test(address)
        if (kind === 'vcs' || isSignature) return []
        const strong = sums.filter((sum) => STRONG_SUMS.has(sum.kind))
        const skipped = strong.find(({ value }) => value.known && value.text === 'SKIP')
        // Another strong sum of the same source is enough.
        if (skipped === undefined || strong.some(({ value }) => value.known && value.text !== 'SKIP'))
          return []
        return [
          {
            line: skipped.value.line,
            reason: `an item of ${field} is not under version control and skips its checksum`,
            cure: 'write its checksum; updpkgsums computes it',
          },
        ]
      })
    }),
}
