import type { Problem, Rule } from '../../rule.ts'
import type { CheckedWorker } from '../../worker/checked-worker.ts'

const IMAGE = /\.(?:png|jpe?g|gif|webp|avif|ico)$/i

/** What is no text cannot be reviewed; programs belong into releases. */
export const fileNotUtf8: Rule<CheckedWorker> = {
  id: 'file-not-utf8',
  severity: 'error',
  summary: 'files are UTF-8 text, except images',
  check: (worker): readonly Problem[] =>
    [...worker.files.values()].flatMap(({ path, problem }) => {
      if (problem === 'lfs-pointer') {
        return [
          {
            file: path,
            reason: `${path} is kept in Git LFS, so that nobody can review it here`,
            cure: `commit the file itself: git lfs untrack "${path}"`,
          },
        ]
      }
      if (problem !== 'not-utf8' || IMAGE.test(path)) return []
      return [
        {
          file: path,
          reason: `${path} is not UTF-8 text`,
          cure: 'save it as UTF-8; publish programs and models as releases',
        },
      ]
    }),
}
