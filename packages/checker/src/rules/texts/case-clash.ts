import type { Problem, Rule } from '../../rule.ts'
import type { CheckedWorker } from '../../worker/checked-worker.ts'
import { manifestFileOf } from '../../worker/manifest-file.ts'

/** On macOS and Windows they are one file, and one of the two is lost. */
export const caseClash: Rule<CheckedWorker> = {
  id: 'case-clash',
  severity: 'error',
  summary: 'no two names differ in case or accents only',
  check(worker): readonly Problem[] {
    const beside = worker.others.find(
      ({ place }) => place !== worker.folder && fold(place) === fold(worker.folder),
    )
    if (beside !== undefined) {
      return [
        {
          file: manifestFileOf(worker),
          reason: `the folders ${worker.folder} and ${beside.place} are one on some systems`,
          cure: 'rename the folder',
        },
      ]
    }
    const seen = new Map<string, string>()
    const problems: Problem[] = []
    for (const path of [...worker.files.keys()].toSorted()) {
      for (const part of foldersOf(path)) {
        const folded = fold(part)
        const other = seen.get(folded)
        if (other === undefined) seen.set(folded, part)
        else if (other !== part) {
          problems.push({
            file: path,
            reason: `${part} and ${other} are one name on some systems`,
            cure: 'rename one of the two',
          })
          break
        }
      }
    }
    return problems
  },
}

function fold(path: string): string {
  return path.normalize('NFKC').toLowerCase()
}

/** `a/b/c` → `a`, `a/b`, `a/b/c` */
function foldersOf(path: string): readonly string[] {
  const names = path.split('/')
  return names.map((_name, index) => names.slice(0, index + 1).join('/'))
}
