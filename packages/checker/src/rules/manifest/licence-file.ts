import type { Rule } from '../../rule.ts'
import type { CheckedWorker } from '../../worker/checked-worker.ts'
import { manifestFileOf } from '../../worker/manifest-file.ts'

const NAME = /^(?:licen[cs]e|copying|unlicense|eula)(?:[-_.].*)?$/i

/** People and machines look for the text of the licence; a manifest holds its name alone. */
export const licenseFileMissing: Rule<CheckedWorker> = {
  id: 'license-file-missing',
  severity: 'warning',
  summary: 'the text of the licence lies in the folder',
  check(worker) {
    const names = [...worker.files.keys()]
    // REUSE (version 3.3) keeps the texts of licences in a folder of that name.
    if (names.some((path) => NAME.test(path) || /^LICENSES\//.test(path))) return []
    // The sources of a monorepo are under one licence, whose text lies at its root.
    if (worker.contents.layout === 'monorepo' && worker.around.some((name) => NAME.test(name))) return []
    const license = worker.contents.manifest?.license
    return [
      {
        file: manifestFileOf(worker),
        reason: 'there is no LICENSE file in the folder',
        cure:
          license === undefined
            ? 'add the text of the licence as LICENSE'
            : `add the text of ${license} as LICENSE`,
      },
    ]
  },
}
