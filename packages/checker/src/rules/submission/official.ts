import type { Problem, Rule } from '../../rule.ts'
import { ownerOf, type Submission } from '../../submission.ts'

/** Official workers are the project's own; everybody else's lie below `community`. */
export const submissionOfficial: Rule<Submission> = {
  id: 'submission-official',
  severity: 'error',
  summary: 'a submission does not change or add official workers',
  check(submission) {
    const { paths, before, now } = submission
    const official = new Set(
      [...before, ...now].filter(({ source }) => source === 'official').map(({ folder }) => folder),
    )
    const problems: Problem[] = []
    const told = new Set<string>()
    for (const file of paths) {
      const folder = ownerOf(file, submission)
      if (folder === null || !official.has(folder) || told.has(folder)) continue
      told.add(folder)
      const isNew = !before.some((worker) => worker.folder === folder)
      problems.push({
        file,
        reason: `${folder || 'the repository'} is the folder of an official worker`,
        cure: isNew
          ? 'put the worker below community/'
          : 'take the change out; ask the maintainers of the catalog for it',
      })
    }
    return problems
  },
}
