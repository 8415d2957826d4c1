import type { Problem, Rule } from '../../rule.ts'
import type { CheckedWorker } from '../../worker/checked-worker.ts'
import { SUM_LENGTHS } from '../../worker/declared-sources.ts'
import { inScripts } from '../../worker/script-problems.ts'

/** makepkg would take nothing for this sum; a sum of zeros or of nothing at all is a placeholder that was forgotten. */
export const sumsMalformed: Rule<CheckedWorker> = {
  id: 'sums-malformed',
  severity: 'error',
  summary: 'checksums are what their kind makes them: so many hexadecimal digits',
  check: (worker): readonly Problem[] =>
    inScripts(worker, ({ sources }) =>
      sources.flatMap(({ sums, field }) =>
        sums.flatMap(({ kind, value }) => {
          if (!value.known || value.text === 'SKIP' || isSum(kind, value.text)) return []
          return [
            {
              line: value.line,
              reason: `an item of ${field.replace('source', kind)} is no such checksum`,
              cure: `write the ${SUM_LENGTHS.get(kind) ?? 0} hexadecimal digits that updpkgsums or ${kind.replace(/s$/, '')} give`,
            },
          ]
        }),
      ),
    ),
}

function isSum(kind: string, text: string): boolean {
  if (kind === 'cksums') return /^\d{1,10}$/.test(text)
  const length = SUM_LENGTHS.get(kind)
  return text.length === length && /^[0-9a-f]+$/i.test(text) && !/^(.)\1*$/.test(text)
}
