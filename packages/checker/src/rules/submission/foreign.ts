import type { Problem, Rule } from '../../rule.ts'
import { ownerOf, type Submission } from '../../submission.ts'

/** A worker belongs to the maintainers that its manifest named before the submission, whatever it names now. */
export const submissionForeign: Rule<Submission> = {
  id: 'submission-foreign',
  severity: 'error',
  summary: 'a worker is changed by its maintainers only',
  check(submission) {
    const { paths, before, submitter } = submission
    if (submitter === null) return []
    const problems: Problem[] = []
    const told = new Set<string>()
    for (const path of paths) {
      const folder = ownerOf(path, submission)
      const worker = before.find((one) => one.folder === folder)
      if (worker === undefined || told.has(worker.folder)) continue
      const maintainers = worker.manifest?.maintainers ?? []
      if (maintainers.some((name) => isSame(name, submitter))) continue
      told.add(worker.folder)
      const whose =
        maintainers.length === 0 ? 'names no maintainers' : `belongs to ${maintainers.slice(0, 5).join(', ')}`
      problems.push({
        file: path,
        reason: `the worker in ${worker.folder || 'the repository'} ${whose}, not ${submitter}`,
        cure: 'let one of its maintainers submit it, or ask the maintainers of the catalog',
      })
    }
    return problems
  },
}

/** Names of accounts, with and without the sign that is often put before them, in any case. */
function isSame(name: string, other: string): boolean {
  const plain = (text: string) => text.trim().replace(/^@/, '').toLowerCase()
  return plain(name) === plain(other)
}
