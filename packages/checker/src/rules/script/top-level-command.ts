import { GUARD_COMMANDS } from '@rbee/pkgbuild'
import type { Problem, Rule } from '../../rule.ts'
import { shown } from '../../script/markers.ts'
import type { CheckedWorker } from '../../worker/checked-worker.ts'
import { inScripts } from '../../worker/script-problems.ts'

/** bash runs what stands at the top as soon as anybody looks at the package. */
export const topLevelCommand: Rule<CheckedWorker> = {
  id: 'top-level-command',
  severity: 'error',
  summary: 'nothing is run at the top of a PKGBUILD, except a guard that asks for a licence key',
  check: (worker): readonly Problem[] =>
    inScripts(worker, ({ script, deeds, text }) => {
      const cure = 'move it into prepare(), build() or package()'
      const told = (script?.statements ?? []).flatMap((statement) =>
        statement.kind === 'command'
          ? [
              {
                line: statement.line,
                reason: `"${shown(statement.text)}" runs as soon as the file is read`,
                cure,
              },
            ]
          : [],
      )
      if (told.length > 0 || /RBEE_LICENSE_(?:KEY|TOKEN)/.test(text)) return told
      // A script that does anything else in a guard has it refused by its reader.
      const guarding = deeds?.calls.find(
        ({ program, place }) => place.within === null && GUARD_COMMANDS.has(program ?? ''),
      )
      if (guarding === undefined) return []
      return [
        {
          line: guarding.place.line,
          reason: `"${shown(guarding.path)}" at the top of the file guards no licence key`,
          cure,
        },
      ]
    }),
}
