import type { Problem, Rule } from '../../rule.ts'
import type { CheckedScript, CheckedWorker } from '../../worker/checked-worker.ts'
import { inScripts } from '../../worker/script-problems.ts'

/** A package of ready binaries has one for every architecture that it names. */
export const binaryMissing: Rule<CheckedWorker> = {
  id: 'binary-missing',
  severity: 'error',
  summary: 'a package of ready binaries has a download for every architecture it names',
  check: (worker): readonly Problem[] =>
    inScripts(worker, (script) => {
      const arch = script.variables.get('arch')
      if (arch === undefined || !isBinary(script)) return []
      const fields = new Set(script.sources.map(({ field }) => field))
      if (![...fields].some((field) => field.startsWith('source_'))) return []
      return arch.elements.flatMap((element) => {
        if (!element.known || element.text === 'any' || fields.has(`source_${element.text}`)) return []
        return [
          {
            line: element.line,
            reason: `arch names ${element.text}, and there is no source_${element.text}`,
            cure: `add source_${element.text} with its checksums, or take ${element.text} out of arch`,
          },
        ]
      })
    }),
}

function isBinary({ file, script, variables }: CheckedScript): boolean {
  const name = variables.get('pkgname')?.elements[0]
  const named = name?.known === true && name.text.endsWith('-bin')
  return file.endsWith('.bin') || named || script?.functions.has('build') === false
}
