import type { Problem, Rule } from '../../rule.ts'
import { shown } from '../../script/markers.ts'
import type { CheckedWorker } from '../../worker/checked-worker.ts'

/** Device names and characters that Windows has no files for (Microsoft, "Naming Files, Paths, and Namespaces"). */
const UNUSABLE = /[<>:"|?*\u0000-\u001f\u007f]|^(?:con|prn|aux|nul|(?:com|lpt)[0-9])(?:\.|$)|[ .]$/i
const HIDDEN = /[\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/

/** A clone has to be possible everywhere, and every name has to be what it looks like. */
export const pathUnusable: Rule<CheckedWorker> = {
  id: 'path-unusable',
  severity: 'error',
  summary: 'names of files can be used on every system and be read',
  check(worker): readonly Problem[] {
    const cure = 'rename it with plain letters, digits, hyphens, dots and underscores'
    const odd = [...worker.files.keys()]
      .filter(
        (path) =>
          path.split('/').some((name) => UNUSABLE.test(name)) || HIDDEN.test(path) || path.length > 200,
      )
      .map((file) => ({
        file,
        reason: `"${shown(file)}" is a name that not every system can hold or show`,
        cure,
      }))
    const none = worker.unusable.map((path) => ({
      file: shown(path),
      reason: `"${shown(path)}" is a name that no catalog can hold`,
      cure,
    }))
    return [...odd, ...none]
  },
}
