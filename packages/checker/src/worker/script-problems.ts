import type { Problem } from '../rule.ts'
import type { ScriptReading } from '../script/calls.ts'
import type { CheckedScript, CheckedWorker } from './checked-worker.ts'

/** What a rule finds in one script; the file is added. */
export type ScriptProblem = Omit<Problem, 'file'>

/** Asks a rule about every PKGBUILD of a folder. */
export function inScripts(
  worker: CheckedWorker,
  judge: (script: CheckedScript) => readonly ScriptProblem[],
): readonly Problem[] {
  return worker.scripts.flatMap((script) =>
    judge(script).map((problem) => ({ ...problem, file: script.file })),
  )
}

/** Asks a rule about what every PKGBUILD of a folder would do. */
export function inDeeds(
  worker: CheckedWorker,
  judge: (deeds: ScriptReading, script: CheckedScript) => readonly ScriptProblem[],
): readonly Problem[] {
  return inScripts(worker, (script) => (script.deeds === null ? [] : judge(script.deeds, script)))
}
