import type { Rule } from '../../rule.ts'
import { inFolder, type Submission } from '../../submission.ts'
import { idPlaceOf } from '../../worker/name-problems.ts'

/** Names are never recycled: an id stays with the folder that had it. */
export const submissionMoved: Rule<Submission> = {
  id: 'submission-moved',
  severity: 'error',
  summary: 'a worker keeps its id and its folder, and encloses no other',
  check: ({ before, now }) =>
    now.flatMap((worker) => {
      const at = idPlaceOf(worker)
      const place = { file: inFolder(worker, at.file), line: at.line }
      const own = before.find(({ folder }) => folder === worker.folder)
      const id = worker.contents.manifest?.id
      const cure = 'keep id and folder, or submit a worker with an id of its own'
      if (own === undefined) {
        const holder = before.find(({ manifest }) => id !== undefined && manifest?.id === id)
        const enclosed = before.find(
          ({ folder }) => folder.startsWith(`${worker.folder}/`) || worker.folder === '',
        )
        if (holder !== undefined)
          return [
            { ...place, reason: `the id "${id}" is that of ${holder.folder || 'the repository'}`, cure },
          ]
        if (enclosed !== undefined)
          return [
            {
              ...place,
              reason: `the folder of another worker, ${enclosed.folder}, lies inside`,
              cure: 'use a folder of its own',
            },
          ]
        return []
      }
      if (id === undefined || own.manifest === null || own.manifest.id === id) return []
      return [{ ...place, reason: `the id of this folder was "${own.manifest.id}"`, cure }]
    }),
}
