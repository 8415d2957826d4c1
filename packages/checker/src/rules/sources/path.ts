import type { Problem, Rule } from '../../rule.ts'
import type { CheckedWorker } from '../../worker/checked-worker.ts'
import type { DeclaredSource } from '../../worker/declared-sources.ts'
import { inScripts } from '../../worker/script-problems.ts'

/** Names of sources are names of files, in this folder and in the one that is built in. */
export const sourcePath: Rule<CheckedWorker> = {
  id: 'source-path',
  severity: 'error',
  summary: 'local sources, and names of downloads, stay inside the folder',
  check: (worker): readonly Problem[] =>
    inScripts(worker, ({ sources }) => sources.flatMap((source) => problemOf(source, worker))),
}

function problemOf({ text, kind, rename, address, line, field }: DeclaredSource, worker: CheckedWorker) {
  if (text === null) return []
  const cure = 'name a file of this folder, without a path'
  if (rename !== null && !isFileName(rename)) {
    return [
      {
        line,
        reason: `an item of ${field} is named "${rename}", which is no file name`,
        cure: 'choose a plain file name',
      },
    ]
  }
  if (kind !== 'local') return []
  if (!isFileName(address))
    return [{ line, reason: `${field} names "${address}", which is no file of this folder`, cure }]
  const file = worker.files.get(address)
  if (file?.kind === 'file') return []
  return [
    {
      line,
      reason: `${field} names ${address}, which the folder does not hold`,
      cure: `add ${address}, or take it out of ${field}`,
    },
  ]
}

function isFileName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !/[/\\\u0000-\u001f]/.test(name)
}
