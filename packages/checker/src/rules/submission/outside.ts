import type { Rule } from '../../rule.ts'
import { isControlFile, ownerOf, type Submission } from '../../submission.ts'

/** What lies outside of a worker's folder concerns others. */
export const submissionOutside: Rule<Submission> = {
  id: 'submission-outside',
  severity: 'error',
  summary: 'a submission changes nothing outside of the folder of its worker',
  check: (submission) =>
    submission.paths
      .filter((path) => !isControlFile(path) && ownerOf(path, submission) === null)
      .map((file) => ({
        file,
        reason: `${file} lies outside of every worker's folder`,
        cure: 'take the change out, or move the file into the folder of the worker',
      })),
}
