import type { Problem, Rule } from '../../rule.ts'
import type { CheckedScript, CheckedWorker } from '../../worker/checked-worker.ts'
import { STRONG_SUMS, SUM_LENGTHS } from '../../worker/declared-sources.ts'
import { inScripts } from '../../worker/script-problems.ts'

/** Without a checksum, a download is whatever its host hands out on the day. */
export const sumsMissing: Rule<CheckedWorker> = {
  id: 'sums-missing',
  severity: 'error',
  summary: 'every source that is not under version control has a strong checksum',
  check: (worker): readonly Problem[] =>
    inScripts(worker, (script) => [...countProblems(script), ...unsummed(script)]),
}

function countProblems({ variables, sources }: CheckedScript) {
  const fields = new Set(sources.map(({ field }) => field))
  return [...variables].flatMap(([name, variable]) => {
    const kind = [...SUM_LENGTHS.keys()].find((one) => name === one || name.startsWith(`${one}_`))
    if (kind === undefined) return []
    const field = `source${name.slice(kind.length)}`
    const count = variables.get(field)?.elements.length ?? 0
    if (count === variable.elements.length || (!fields.has(field) && variable.elements.length === 0))
      return []
    return [
      {
        line: variable.line,
        reason: `${name} has ${variable.elements.length} items, ${field} has ${count}`,
        cure: 'give one checksum for each source, in the same order',
      },
    ]
  })
}

function unsummed({ sources }: CheckedScript) {
  return sources.flatMap(({ kind, text, field, line, sums }) => {
    if (kind === 'vcs' || text === null) return []
    if (sums.some(({ kind: sum }) => STRONG_SUMS.has(sum))) return []
    const has = sums[0]?.kind
    return [
      {
        line,
        reason:
          has === undefined
            ? `an item of ${field} has no checksum`
            : `an item of ${field} has a checksum of ${has} only, which can be forged`,
        cure: `add its SHA-256 to ${field.replace('source', 'sha256sums')}`,
      },
    ]
  })
}
