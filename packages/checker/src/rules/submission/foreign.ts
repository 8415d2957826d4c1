import type { Problem, Rule } from '../../rule.ts'
import { inFolder, isSameAccount, ownerOf, type Submission } from '../../submission.ts'
import { idPlaceOf } from '../../worker/name-problems.ts'

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
      if (maintainers.some((name) => isSameAccount(name, submitter))) continue
      told.add(worker.folder)
      const whose =
        maintainers.length === 0 ? 'names no maintainers' : `belongs to ${maintainers.slice(0, 5).join(', ')}`
      problems.push({
        file: path,
        reason: `the worker in ${worker.folder || 'the repository'} ${whose}, not ${submitter}`,
        cure: 'let one of its maintainers submit it, or ask the maintainers of the catalog',
      })
    }
    return [...problems, ...returned(submission, submitter)]
  },
}

/** Whoever brings back what somebody else took away would get the machines that have it still. */
function returned({ before, now, removed }: Submission, submitter: string): readonly Problem[] {
  return now.flatMap((worker) => {
    const id = worker.contents.manifest?.id
    if (
      id === undefined ||
      before.some(({ folder, manifest }) => folder === worker.folder || manifest?.id === id)
    )
      return []
    const earlier = removed.find(({ manifest }) => manifest?.id === id)
    const maintainers = earlier?.manifest?.maintainers ?? []
    if (earlier === undefined || maintainers.some((name) => isSameAccount(name, submitter))) return []
    const place = idPlaceOf(worker)
    return [
      {
        file: inFolder(worker, place.file),
        line: place.line,
        reason: `the id "${id}" was that of a worker which was removed and ${maintainers.length === 0 ? 'named no maintainers' : `belonged to ${maintainers.slice(0, 5).join(', ')}`}`,
        cure: 'choose another id, or ask the maintainers of the catalog',
      },
    ]
  })
}
