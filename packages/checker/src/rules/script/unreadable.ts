import type { Problem, Rule } from '../../rule.ts'
import type { CheckedWorker } from '../../worker/checked-worker.ts'
import { inScripts } from '../../worker/script-problems.ts'

/** What cannot be read here cannot be judged, and may be read differently by bash. */
export const scriptUnreadable: Rule<CheckedWorker> = {
  id: 'script-unreadable',
  severity: 'error',
  summary: 'PKGBUILDs are valid bash that can be read without running it',
  check: (worker): readonly Problem[] =>
    inScripts(worker, ({ script, deeds, file }) => {
      if (script === null || deeds === null) {
        return [{ line: 1, reason: `${file} is nested too deeply to be read`, cure: 'simplify it' }]
      }
      const lines = new Set([...script.syntaxErrors, ...deeds.broken])
      return [...lines].slice(0, 5).map((line) => ({
        line,
        reason: `${file} is not valid bash here`,
        cure: 'correct the syntax; bash -n PKGBUILD checks it',
      }))
    }),
}
