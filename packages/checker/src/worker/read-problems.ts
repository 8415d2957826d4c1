import type { ErrorCode } from '@rbee/schema'
import type { Problem, Rule, Severity } from '../rule.ts'
import type { CheckedWorker } from './checked-worker.ts'

/** A rule that a catalog's reader judges already: what it says becomes findings of the rule. */
export function readerRule(
  rule: { readonly id: string; readonly severity: Severity; readonly summary: string; readonly cure: string },
  codes: readonly ErrorCode[],
): Rule<CheckedWorker> {
  const { id, severity, summary, cure } = rule
  return { id, severity, summary, check: (worker) => problemsWith(worker, codes, cure) }
}

/** What the reader of a catalog says under some codes. */
export function problemsWith(
  worker: CheckedWorker,
  codes: readonly ErrorCode[],
  cure: string,
): readonly Problem[] {
  return worker.reading
    .filter(({ code }) => codes.includes(code))
    .map(({ file, line, message, next, severity }) => ({
      file: file ?? '.',
      line,
      reason: message,
      cure: next ?? cure,
      severity,
    }))
}
