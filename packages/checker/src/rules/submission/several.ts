import type { Rule } from '../../rule.ts'
import { ownerOf, type Submission } from '../../submission.ts'

/** One submission is one decision. */
export const submissionSeveral: Rule<Submission> = {
  id: 'submission-several',
  severity: 'error',
  summary: 'a submission is about one worker',
  check(submission) {
    const { paths, ownFolder } = submission
    const touched = new Map<string, string>()
    for (const path of paths) {
      const folder = ownerOf(path, submission)
      if (folder !== null && !touched.has(folder)) touched.set(folder, path)
    }
    const own = ownFolder ?? [...touched.keys()].toSorted()[0]
    return [...touched]
      .filter(([folder]) => folder !== own)
      .map(([folder, file]) => ({
        file,
        reason: `${folder || 'the repository'} is the folder of another worker than ${own || 'the one at the root'}`,
        cure: 'make a submission of its own for every worker',
      }))
  },
}
