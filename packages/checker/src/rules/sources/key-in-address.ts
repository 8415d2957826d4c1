import type { Problem, Rule } from '../../rule.ts'
import type { CheckedWorker } from '../../worker/checked-worker.ts'
import { inScripts } from '../../worker/script-problems.ts'

const PARAMETER =
  /[?&;](?:access_?key|access_?token|api_?key|auth|authorization|key|license|license_?key|license_?token|passwd|password|private_?token|secret|sig|signature|token)=/i
const KEY_VARIABLE = /RBEE_LICENSE_(?:KEY|TOKEN)/

/** Addresses are written into logs, histories and error messages, and with them what stands in them. */
export const sourceKey: Rule<CheckedWorker> = {
  id: 'source-key',
  severity: 'warning',
  summary: 'no address of a source holds a key',
  check: (worker): readonly Problem[] =>
    inScripts(worker, ({ sources }) =>
      sources.flatMap(({ kind, text, address, line, field }) => {
        if (kind === 'local' || text === null) return []
        if (!PARAMETER.test(address) && !KEY_VARIABLE.test(address)) return []
        return [
          {
            line,
            reason: `an address of ${field} holds a key`,
            cure: 'send the key as a header (Authorization: Bearer) through a download agent; see DLAGENTS in PKGBUILD(5)',
          },
        ]
      }),
    ),
}
