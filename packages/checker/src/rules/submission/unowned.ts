import type { Rule } from '../../rule.ts'
import { inFolder, isSameAccount, type Submission } from '../../submission.ts'
import { manifestFileOf } from '../../worker/manifest-file.ts'

/** Whoever is not named cannot change the worker later. */
export const submissionUnowned: Rule<Submission> = {
  id: 'submission-unowned',
  severity: 'warning',
  summary: 'a new worker names its submitter among its maintainers',
  check({ now, before, paths, submitter }) {
    if (submitter === null) return []
    return now.flatMap((worker) => {
      const isNew = !before.some(({ folder }) => folder === worker.folder)
      const isTouched = paths.some((path) => path.startsWith(`${worker.folder}/`))
      const maintainers = worker.contents.manifest?.maintainers
      if (
        !isNew ||
        !isTouched ||
        maintainers === undefined ||
        maintainers.some((name) => isSameAccount(name, submitter))
      )
        return []
      return [
        {
          file: inFolder(worker, manifestFileOf(worker)),
          reason: `the maintainers do not name ${submitter}, who could not change the worker later`,
          cure: `add maintainers = ["${submitter}"]`,
        },
      ]
    })
  },
}
