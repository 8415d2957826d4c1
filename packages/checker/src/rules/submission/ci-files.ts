import type { Rule } from '../../rule.ts'
import { isControlFile, type Submission } from '../../submission.ts'

/** With them a submission could change how it is judged, and run on the machines that judge it. */
export const submissionCi: Rule<Submission> = {
  id: 'submission-ci',
  severity: 'error',
  summary: 'a submission does not change workflows, owners or settings of the repository',
  check: ({ paths }) =>
    paths.filter(isControlFile).map((file) => ({
      file,
      reason: `${file} decides how submissions are judged`,
      cure: 'take the change out; ask the maintainers of the catalog for it',
    })),
}
